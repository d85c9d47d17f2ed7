// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/download.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/s3_place.h"
#include "value/json.h"

namespace stint::cloud::ssm {
namespace {

StepResult failed(std::string sentence) {
  return {.status = "Failed", .code = 1, .output = {}, .error = std::move(sentence)};
}

std::string reason(const Error& error) {
  return error.status
             ? fmt::format("{}: {}, status code: {}", error.name, error.message, error.status)
             : fmt::format("{}: {}", error.name, error.message);
}

/// The calls of one download, made as the node.
class Fetch {
 public:
  Fetch(Cloud& cloud, const NodePlace& place, Caller caller, Time now)
      : cloud_(cloud), place_(place), caller_(std::move(caller)), now_(now) {}

  Result<Value> call(std::string_view operation, const Value& input) {
    return cloud_.call(caller_, place_.region, "s3", operation, input, now_);
  }
  Result<Value> anonymous(std::string_view operation, const Value& input) {
    Caller nobody;
    nobody.user_agent = caller_.user_agent;
    return cloud_.call(nobody, place_.region, "s3", operation, input, now_);
  }

  /// Keys below a prefix, without the empty objects that stand for folders.
  Result<std::vector<std::string>> keys_below(const std::string& bucket,
                                              const std::string& prefix) {
    std::vector<std::string> keys;
    Object input{{"Bucket", bucket}, {"Prefix", prefix}};
    for (;;) {
      Value listed = TRY(call("ListObjects", Value(input)));
      const Value::List& rows = listed.items("Contents");
      for (const Value& row : rows)
        if (!row.text("Key").ends_with('/')) keys.push_back(row.text("Key"));
      if (!listed.flag("IsTruncated") || rows.empty()) return keys;
      input.set("Marker", rows.back().text("Key"));
    }
  }

  Result<std::string> object(const std::string& bucket, const std::string& key) {
    const Value input = stint::object({{"Bucket", bucket}, {"Key", key}});
    auto got = call("GetObject", input);
    if (got) return got->text("Body");
    // A public object can be read without being allowed to.
    if (auto open = anonymous("GetObject", input)) return open->text("Body");
    return fail(got.error());
  }

 private:
  Cloud& cloud_;
  const NodePlace& place_;
  Caller caller_;
  Time now_;
};

/// sourceInfo is a map, or JSON text of one.
Value source_info(const Value& inputs) {
  const Value& given = inputs["sourceInfo"];
  if (!given.is_text()) return given;
  auto read = parse_json(given.as_text());
  return read ? *read : Value();
}

std::string last_part(std::string_view key) {
  return std::string(key.substr(key.rfind('/') + 1));
}

std::string below(std::string_view folder, std::string_view name) {
  if (folder.empty()) return std::string(name);
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

/// Keys come from a bucket, not from the document: none may climb out of the folder.
bool climbs(std::string_view path) {
  return path.starts_with('/') || fmt::format("/{}/", path).find("/../") != std::string::npos;
}

}  // namespace

StepResult download_content(Cloud& cloud, const NodePlace& place, const std::string& command,
                            const Value& inputs, NodeFiles* files, Time now) {
  const std::string& type = inputs.text("sourceType");
  if (type != "S3")
    return failed(fmt::format("The source type {} is not supported here: only S3 is.", type));
  const Value info = source_info(inputs);
  const std::string& url = info.text("path");
  std::optional<S3Place> source = parse_s3_url(url);
  if (!source || source->key.empty())
    return failed(fmt::format("invalid S3 path parameter: \"{}\"", url));
  std::optional<Caller> caller = node_caller(cloud, place, now);
  if (!caller)
    return failed(fmt::format("Failed to download from {}: the instance has no credentials.", url));
  Fetch fetch(cloud, place, std::move(*caller), now);

  // The agent asks where the bucket is before anything else; the header counts, not the answer.
  (void)fetch.call("HeadBucket", object({{"Bucket", source->bucket}}));
  const bool folder = source->key.ends_with('/');
  const std::string prefix = folder ? source->key : source->key + "/";
  auto listed = fetch.keys_below(source->bucket, prefix);
  if (!listed && folder)
    return failed(fmt::format("Failed to download from {}: {}", url, reason(listed.error())));

  const std::string& destination = inputs.text("destinationPath");
  struct Copy {
    std::string key, path;
  };
  std::vector<Copy> copies;
  if (listed && !listed->empty()) {
    for (const std::string& key : *listed) copies.push_back({key, key.substr(prefix.size())});
  } else if (folder) {
    return failed(fmt::format("Failed to download from {}: nothing is there.", url));
  } else {
    copies.push_back({source->key, last_part(source->key)});
  }
  for (const Copy& copy : copies) {
    if (climbs(copy.path))
      return failed(
          fmt::format("Failed to download from {}: the key {} is no path.", url, copy.key));
    auto bytes = fetch.object(source->bucket, copy.key);
    if (!bytes)
      return failed(fmt::format("Failed to download from {}: {}", url, reason(bytes.error())));
    if (!files) continue;
    if (auto wrote = files->write(place, command, below(destination, copy.path), *bytes); !wrote)
      return failed(fmt::format("Failed to download from {}: {}", url, wrote.error().message));
  }
  return {.output = destination.empty()
                        ? fmt::format("Content downloaded to the directory of command {}", command)
                        : fmt::format("Content downloaded to {}", destination)};
}

}  // namespace stint::cloud::ssm
