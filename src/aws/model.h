// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// AWS's service models, their wire protocols in both directions, signatures and credentials.
///
/// Models are botocore's service-2.json, turned once into a packed form that is used in place (a
/// call's model costs microseconds): the models of the embedded services are packed into the
/// program at build time, others are packed on first use under the user's cache directory.
namespace stint::aws {

enum class ShapeType : std::uint8_t {
  structure,
  list,
  map,
  string,
  integer,
  long_,
  float_,
  double_,
  boolean,
  timestamp,
  blob
};
enum class Protocol : std::uint8_t { query, ec2, json, rest_json, rest_xml };
enum class Place : std::uint8_t { body, header, headers, query_string, uri, status_code };
enum class TimeForm : std::uint8_t { unset, iso8601, rfc822, unix };

class Pack;  // one service's packed model
class Shape;

/// A member of a structure. A light handle into the pack, which must outlive it.
class Member {
 public:
  std::string_view name() const;
  Shape shape() const;
  std::string_view location_name() const;  ///< on the wire; the member's name when not given
  bool has_location_name() const;          ///< the model gives one, here or at the shape
  std::string_view query_name() const;     ///< ec2's queryName, or empty
  Place place() const;
  bool required() const;
  bool flattened() const;
  bool idempotency_token() const;
  bool xml_attribute() const;
  bool streaming() const;
  bool json_value() const;  ///< a text that holds JSON; in a header it travels as base64
  bool host_label() const;  ///< fills its name in the operation's host prefix
  std::string_view xml_namespace() const;
  std::string_view xml_prefix() const;  ///< of the namespace ("xsi"), or empty
  TimeForm time_form() const;

 private:
  friend class Shape;
  const Pack* pack_ = nullptr;
  std::uint32_t at_ = 0;
};

/// A type of the model.
class Shape {
 public:
  std::string_view name() const;
  ShapeType type() const;
  std::size_t member_count() const;  ///< structures
  Member member(std::size_t index) const;
  std::optional<Member> find(std::string_view name) const;         ///< exact
  std::optional<Member> find_folded(std::string_view name) const;  ///< case, '_' and '-' ignored
  Shape item() const;                                              ///< list item, map value
  Shape key() const;                                               ///< map key
  Member item_member() const;   ///< list: the item with its location name and flattening
  Member key_member() const;    ///< map
  Member value_member() const;  ///< map
  bool flattened() const;
  std::optional<double> min() const;
  std::optional<double> max() const;
  std::string_view pattern() const;
  std::vector<std::string_view> enumeration() const;
  std::optional<Member> payload() const;  ///< structures of REST protocols
  TimeForm time_form() const;
  bool error() const;                   ///< an exception shape
  std::string_view error_code() const;  ///< wire code of an exception ("NoSuchEntity")
  int error_status() const;             ///< its HTTP status, 0 when the model has none
  bool fault() const;                   ///< an exception that is the service's own doing
  bool document() const;                ///< any JSON, not described further
  bool union_() const;                  ///< exactly one member is set
  bool event_stream() const;
  std::string_view location_name() const;
  std::string_view xml_namespace() const;
  std::string_view xml_prefix() const;

 private:
  friend class Member;
  friend class Operation;
  friend class Service;
  const Pack* pack_ = nullptr;
  std::uint32_t at_ = 0;
};

class Service;

class Operation {
 public:
  std::string_view name() const;
  std::string_view http_method() const;
  std::string_view request_uri() const;
  std::optional<Shape> input() const;
  std::optional<Shape> output() const;
  std::string_view result_wrapper() const;
  std::vector<Shape> errors() const;
  bool unsigned_() const;  ///< authtype none
  bool deprecated() const;
  bool checksum_required() const;  ///< a request needs Content-MD5 or an x-amz-checksum header
  int status() const;              ///< HTTP status of a success
  std::string_view host_prefix() const;      ///< "{AccountId}.", "data.", or empty
  std::string_view input_name() const;       ///< XML element of a request's body, or empty
  std::string_view input_namespace() const;  ///< and its xmlns
  const Service& service() const;

 private:
  friend class Service;
  const Pack* pack_ = nullptr;
  std::uint32_t at_ = 0;
};

/// One service's model. Owned by Models; handles into it stay valid as long as Models lives.
class Service {
 public:
  /// Takes a pack (for tests and tools; Models does this for everybody else).
  explicit Service(std::unique_ptr<Pack> pack);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  std::string_view name() const;  ///< boto3's client name: "ec2", "ssm"
  Protocol protocol() const;
  std::string_view api_version() const;
  std::string_view endpoint_prefix() const;  ///< host part: "email", "monitoring"
  std::string_view signing_name() const;
  std::string_view target_prefix() const;  ///< "AmazonSSM"
  std::string_view json_version() const;   ///< "1.1"
  std::string_view xml_namespace() const;
  std::string_view service_id() const;  ///< "IAM"
  bool global() const;                  ///< one endpoint for all Regions (iam, sts legacy, ...)

  /// Exact name ("CreateRole").
  std::optional<Operation> find(std::string_view operation) const;
  /// PascalCase, camelCase, snake_case and kebab-case; case folded (C-36). None: unknown.
  std::optional<Operation> find_folded(std::string_view operation) const;
  std::vector<std::string_view> operations() const;  ///< sorted
  std::size_t operation_count() const;
  Operation operation(std::size_t index) const;  ///< in the order of their names
  /// The exception shape with that wire code.
  std::optional<Shape> find_error(std::string_view code) const;

 private:
  std::unique_ptr<Pack> pack_;
};

/// A model that the build packed into the program (see aws/embedded.h).
struct EmbeddedModel {
  std::string_view name;   ///< boto3's client name
  std::string_view bytes;  ///< its pack, at a multiple of 8
};

/// Finds and keeps models. Not thread-safe while it loads; const use of a Service is.
class Models {
 public:
  struct Options {
    /// Searched in order for NAME/VERSION/service-2.json (or .json.gz, as newer botocores have it),
    /// before the program's own models and then `debian_path`. The newest version wins; the
    /// service-2.sdk-extras.json of the first place that has one is merged in.
    std::vector<std::string> data_paths;
    std::span<const EmbeddedModel> embedded;  ///< usually embedded_models()
    std::string cache_directory;  ///< empty, or one that cannot be written: nothing is kept on disk
    std::string debian_path = "/usr/lib/python3/dist-packages/botocore/data";
  };
  explicit Models(Options options);
  ~Models();
  Models(const Models&) = delete;
  Models& operator=(const Models&) = delete;
  /// From AWS_DATA_PATH, HOME and XDG_CACHE_HOME of this process; `embedded` is left empty.
  static Options options_of_environment();

  /// By boto3 client name; case and blanks around it are ignored (C-35). Errors: Code::not_found
  /// with a hint at the closest name; Code::invalid when a model file does not read.
  Result<const Service*> service(std::string_view name);
  /// Names of all services that could be loaded, sorted.
  std::vector<std::string> names() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Turns the text of a service-2.json (and sdk-extras texts to merge) into the packed form; used by
/// the build and for models on disk. `name` is the client name.
Result<std::string> pack_model(std::string_view name, std::string_view service_json,
                               const std::vector<std::string>& extras = {});

}  // namespace stint::aws
