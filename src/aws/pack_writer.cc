// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "aws/pack.h"
#include "value/json.h"

namespace stint::aws {
namespace {

std::unexpected<Error> bad_model(std::string_view service, std::string_view what) {
  return fail(Code::invalid, fmt::format("the service model of {} {}", service, what));
}

/// botocore's merge: objects are merged member by member, anything else is replaced.
void merge(Value& into, const Value& extra) {
  Object& object = into.edit_object();
  for (const Object::Member& member : extra.as_object()) {
    Value* existing = object.find(member.key);
    if (existing && existing->is_object() && member.value.is_object())
      merge(*existing, member.value);
    else
      object.set(member.key, member.value);
  }
}

constexpr std::pair<std::string_view, ShapeType> shape_types[] = {
    {"structure", ShapeType::structure},
    {"list", ShapeType::list},
    {"map", ShapeType::map},
    {"string", ShapeType::string},
    {"character", ShapeType::string},
    {"integer", ShapeType::integer},
    {"byte", ShapeType::integer},
    {"short", ShapeType::integer},
    {"long", ShapeType::long_},
    {"bigInteger", ShapeType::long_},
    {"float", ShapeType::float_},
    {"double", ShapeType::double_},
    {"bigDecimal", ShapeType::double_},
    {"boolean", ShapeType::boolean},
    {"timestamp", ShapeType::timestamp},
    {"blob", ShapeType::blob},
};
constexpr std::pair<std::string_view, Protocol> protocols[] = {
    {"query", Protocol::query},         {"ec2", Protocol::ec2},           {"json", Protocol::json},
    {"rest-json", Protocol::rest_json}, {"rest-xml", Protocol::rest_xml},
};
constexpr std::pair<std::string_view, Place> places[] = {
    {"", Place::body},
    {"header", Place::header},
    {"headers", Place::headers},
    {"uri", Place::uri},
    {"querystring", Place::query_string},
    {"statusCode", Place::status_code},
};
constexpr std::pair<std::string_view, TimeForm> time_forms[] = {
    {"", TimeForm::unset},
    {"iso8601", TimeForm::iso8601},
    {"rfc822", TimeForm::rfc822},
    {"unixTimestamp", TimeForm::unix},
};

template <class T, std::size_t n>
std::optional<T> lookup(const std::pair<std::string_view, T> (&table)[n], std::string_view word) {
  for (const auto& [name, value] : table)
    if (name == word) return value;
  return std::nullopt;
}

class Packer {
 public:
  Packer(std::string_view name, const Value& model) : name_(name), model_(model) {}

  Result<std::string> pack() {
    pool_.assign(2, '\0');
    const Value& metadata = model_["metadata"];
    if (!metadata.is_object() || !model_["operations"].is_object() || !model_["shapes"].is_object())
      return bad_model(name_, "has no metadata, operations and shapes");
    protocol_ = TRY(find_protocol(metadata));
    TRY(add_shapes());
    TRY(add_operations());
    sort_operations();
    std::string out = write(metadata);
    if (overflow_) return bad_model(name_, "holds a text or is as a whole too large to pack");
    return out;
  }

 private:
  TextRef text(std::string_view words) {
    if (words.empty()) return 0;
    if (words.size() > 0xffff || pool_.size() > 0x7fffffff) {
      overflow_ = true;
      return 0;
    }
    auto [known, added] = text_refs_.try_emplace(std::string(words), pool_.size());
    if (added) {
      pool_ += static_cast<char>(words.size() & 0xff);
      pool_ += static_cast<char>(words.size() >> 8);
      pool_ += words;
    }
    return known->second;
  }

  Result<Protocol> find_protocol(const Value& metadata) const {
    // Newer models list several; ours first, in the order of the service's own preference.
    if (std::optional<Protocol> known = lookup(protocols, metadata.text("protocol"))) return *known;
    for (const Value& other : metadata.items("protocols"))
      if (other.is_text())
        if (std::optional<Protocol> known = lookup(protocols, other.as_text())) return *known;
    return bad_model(name_, fmt::format("asks for the protocol \"{}\", which is not known",
                                        metadata.text("protocol")));
  }

  Result<std::uint32_t> shape_of(const Value& reference) const {
    const std::string& name = reference.text("shape");
    auto found = shape_numbers_.find(name);
    if (found == shape_numbers_.end())
      return bad_model(name_, fmt::format("names the shape \"{}\", which it lacks", name));
    return found->second;
  }

  Result<void> add_shapes() {
    const Object& shapes = model_["shapes"].as_object();
    shape_values_.reserve(shapes.size());
    for (const Object::Member& shape : shapes) {
      shape_numbers_.emplace(shape.key, static_cast<std::uint32_t>(shape_values_.size()));
      shape_values_.push_back(&shape.value);
    }
    for (const Object::Member& shape : shapes) TRY(add_shape(shape.key, shape.value));
    return {};
  }

  Result<void> add_shape(std::string_view name, const Value& shape) {
    std::optional<ShapeType> type = lookup(shape_types, shape.text("type"));
    if (!type)
      return bad_model(
          name_, fmt::format("gives the shape \"{}\" the type \"{}\", which is not known", name,
                             shape.text("type")));
    ShapeRecord record{};
    record.name = text(name);
    record.type = static_cast<std::uint8_t>(*type);
    record.time_form = time_form(shape);
    record.payload = no_index;
    record.location_name = text(shape.text("locationName"));
    record.xml_namespace = xml_namespace(shape);
    record.xml_prefix = text(shape["xmlNamespace"].text("prefix"));
    record.pattern = text(shape.text("pattern"));
    record.bounds = bounds(shape);
    if (shape.flag("flattened")) record.flags |= shape_flag::flattened;
    if (shape.flag("exception")) record.flags |= shape_flag::error;
    if (shape.flag("fault")) record.flags |= shape_flag::fault;
    if (shape.flag("document")) record.flags |= shape_flag::document;
    if (shape.flag("union")) record.flags |= shape_flag::union_;
    if (shape.flag("eventstream")) record.flags |= shape_flag::event_stream;
    if (shape.flag("exception")) {
      const std::string& code = shape["error"].text("code");
      record.error_code = text(code.empty() ? name : std::string_view(code));
      record.error_status = static_cast<std::uint32_t>(shape["error"].integer("httpStatusCode"));
    }
    switch (*type) {
      case ShapeType::structure:
        TRY(add_members(shape, record));
        break;
      case ShapeType::list:
        TRY(add_parts(shape, {"member"}, record));
        break;
      case ShapeType::map:
        TRY(add_parts(shape, {"key", "value"}, record));
        break;
      default:
        record.first = static_cast<std::uint32_t>(indices_.size());
        for (const Value& word : shape.items("enum"))
          if (word.is_text()) indices_.push_back(text(word.as_text()));
        record.count = static_cast<std::uint32_t>(indices_.size()) - record.first;
    }
    shapes_.push_back(record);
    return {};
  }

  Result<void> add_members(const Value& shape, ShapeRecord& record) {
    record.first = static_cast<std::uint32_t>(members_.size());
    if (!shape["members"].is_object()) return {};
    const Object& members = shape["members"].as_object();
    const Value::List& required = shape.items("required");
    std::vector<std::string_view> names;
    for (const Object::Member& member : members) {
      MemberRecord made = TRY(make_member(member.key, member.value));
      if (std::ranges::any_of(required, [&](const Value& name) {
            return name.is_text() && name.as_text() == member.key;
          }))
        made.flags |= member_flag::required;
      if (shape.text("payload") == member.key)
        record.payload = static_cast<std::uint32_t>(names.size());
      members_.push_back(made);
      names.push_back(member.key);
    }
    record.count = static_cast<std::uint32_t>(names.size());
    std::vector<std::uint32_t> order(names.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return names[i]; });
    for (std::size_t i = 0; i < order.size(); ++i) members_[record.first + i].sorted = order[i];
    return {};
  }

  Result<void> add_parts(const Value& shape, std::initializer_list<std::string_view> parts,
                         ShapeRecord& record) {
    record.first = static_cast<std::uint32_t>(members_.size());
    for (std::string_view part : parts) {
      MemberRecord made = TRY(make_member(part, shape[part]));
      made.sorted = record.count++;
      members_.push_back(made);
    }
    return {};
  }

  /// A reference's own words, and where it has none those of the shape it names.
  Result<MemberRecord> make_member(std::string_view name, const Value& reference) {
    MemberRecord made{};
    made.shape = TRY(shape_of(reference));
    const Value& shape = *shape_values_[made.shape];
    auto either = [&](std::string_view key) -> const Value& {
      const Value* own = reference.find(key);
      return own ? *own : shape[key];
    };
    auto on = [&](std::string_view key) { return either(key).is_bool() && either(key).as_bool(); };
    made.name = text(name);
    const Value& location_name = either("locationName");
    if (location_name.is_text()) made.location_name = text(location_name.as_text());
    made.query_name = text(reference.text("queryName"));
    const Value& owner = reference.find("xmlNamespace") ? reference : shape;
    made.xml_namespace = xml_namespace(owner);
    made.xml_prefix = text(owner["xmlNamespace"].text("prefix"));
    if (on("flattened")) made.flags |= member_flag::flattened;
    if (on("idempotencyToken")) made.flags |= member_flag::token;
    if (on("xmlAttribute")) made.flags |= member_flag::attribute;
    if (on("streaming")) made.flags |= member_flag::streaming;
    if (on("jsonvalue")) made.flags |= member_flag::json_value;
    if (on("hostLabel")) made.flags |= member_flag::host_label;
    std::optional<Place> place = lookup(places, reference.text("location"));
    if (!place)
      return bad_model(name_, fmt::format("places a member at \"{}\", which is not known",
                                          reference.text("location")));
    made.place = static_cast<std::uint8_t>(*place);
    made.time_form = time_form(reference);
    if (!made.time_form) made.time_form = time_form(shape);
    return made;
  }

  std::uint8_t time_form(const Value& shape) const {
    return static_cast<std::uint8_t>(
        lookup(time_forms, shape.text("timestampFormat")).value_or(TimeForm::unset));
  }

  TextRef xml_namespace(const Value& shape) {
    const Value& space = shape["xmlNamespace"];
    return text(space.is_text() ? space.as_text() : space.text("uri"));
  }

  std::uint32_t bounds(const Value& shape) {
    const Value *min = shape.find("min"), *max = shape.find("max");
    if (!(min && min->is_number()) && !(max && max->is_number())) return no_index;
    const double none = std::numeric_limits<double>::quiet_NaN();
    bounds_.push_back({min && min->is_number() ? min->as_number() : none,
                       max && max->is_number() ? max->as_number() : none});
    return static_cast<std::uint32_t>(bounds_.size() - 1);
  }

  Result<void> add_operations() {
    std::vector<const Object::Member*> sorted;
    for (const Object::Member& operation : model_["operations"].as_object())
      sorted.push_back(&operation);
    std::ranges::sort(sorted, {},
                      [](const auto* member) -> std::string_view { return member->key; });
    for (const Object::Member* operation : sorted)
      TRY(add_operation(operation->key, operation->value));
    return {};
  }

  Result<void> add_operation(std::string_view name, const Value& operation) {
    const Value& http = operation["http"];
    OperationRecord record{};
    record.name = text(name);
    record.method = text(http.text("method").empty() ? "POST" : http.text("method"));
    record.input = record.output = no_index;
    if (const Value* input = operation.find("input")) {
      record.input = TRY(structure_of(*input));
      record.input_name = text(input->text("locationName"));
      record.input_namespace = xml_namespace(*input);
    }
    if (const Value* output = operation.find("output")) {
      record.output = TRY(structure_of(*output));
      record.result_wrapper = text(output->text("resultWrapper"));
    }
    record.uri = text(request_uri(http.text("requestUri"), record.input));
    record.host_prefix = text(operation["endpoint"].text("hostPrefix"));
    record.status = static_cast<std::uint16_t>(http.integer("responseCode", 200));
    if (operation.text("authtype") == "none") record.flags |= operation_flag::unsigned_call;
    if (operation.flag("deprecated")) record.flags |= operation_flag::deprecated;
    if (operation.flag("httpChecksumRequired") ||
        operation["httpChecksum"].flag("requestChecksumRequired"))
      record.flags |= operation_flag::checksum;
    record.errors = static_cast<std::uint32_t>(indices_.size());
    for (const Value& error : operation.items("errors")) {
      std::uint32_t shape = TRY(shape_of(error));
      indices_.push_back(shape);
    }
    record.error_count = static_cast<std::uint32_t>(indices_.size()) - record.errors;
    operations_.push_back(record);
    return {};
  }

  Result<std::uint32_t> structure_of(const Value& reference) const {
    std::uint32_t shape = TRY(shape_of(reference));
    if (shape_values_[shape]->text("type") != "structure")
      return bad_model(name_, fmt::format("has an input or output \"{}\" that is no structure",
                                          reference.text("shape")));
    return shape;
  }

  /// S3's newer models leave the bucket to the endpoint; on our wire it is the first of the path.
  std::string request_uri(const std::string& uri, std::uint32_t input) const {
    if (name_ != "s3" || input == no_index || uri.find("{Bucket}") != uri.npos) return uri;
    const Value& bucket = (*shape_values_[input])["members"]["Bucket"];
    if (bucket.text("location") != "uri") return uri;
    if (uri == "/" || uri.starts_with("/?")) return "/{Bucket}" + uri.substr(1);
    return "/{Bucket}" + uri;
  }

  void sort_operations() {
    std::vector<std::pair<std::string, std::uint32_t>> order;
    for (std::uint32_t i = 0; i < operations_.size(); ++i)
      order.emplace_back(folded(text_of(operations_[i].name)), i);
    std::ranges::sort(order);
    for (std::size_t i = 0; i < order.size(); ++i) operations_[i].folded = order[i].second;
  }

  std::string_view text_of(TextRef at) const {
    return std::string_view(pool_).substr(
        at + 2, static_cast<unsigned char>(pool_[at]) +
                    (static_cast<std::size_t>(static_cast<unsigned char>(pool_[at + 1])) << 8));
  }

  std::string write(const Value& metadata) {
    PackHeader header{};
    std::memcpy(header.magic, "STINTPK", 8);
    header.version = pack_version;
    header.protocol = static_cast<std::uint8_t>(protocol_);
    header.name = text(name_);
    header.api_version = text(metadata.text("apiVersion"));
    header.endpoint_prefix = text(metadata.text("endpointPrefix"));
    const std::string& signing = metadata.text("signingName");
    header.signing_name = signing.empty() ? header.endpoint_prefix : text(signing);
    header.target_prefix = text(metadata.text("targetPrefix"));
    header.json_version = text(metadata.text("jsonVersion"));
    header.xml_namespace = text(metadata.text("xmlNamespace"));
    header.service_id = text(metadata.text("serviceId"));
    header.global_endpoint = text(metadata.text("globalEndpoint"));

    std::string out(sizeof header, '\0');
    auto part = [&](PackHeader::Part& where, const auto& records) {
      out.resize((out.size() + 7) / 8 * 8);
      where.at = static_cast<std::uint32_t>(out.size());
      where.count = static_cast<std::uint32_t>(std::size(records));
      if (where.count)
        out.append(reinterpret_cast<const char*>(std::data(records)),
                   std::size(records) * sizeof(*std::data(records)));
    };
    part(header.operations, operations_);
    part(header.shapes, shapes_);
    part(header.members, members_);
    part(header.bounds, bounds_);
    part(header.indices, indices_);
    part(header.texts, pool_);
    out.resize((out.size() + 7) / 8 * 8);
    if (out.size() > 0x7fffffff) overflow_ = true;
    header.size = static_cast<std::uint32_t>(out.size());
    std::memcpy(out.data(), &header, sizeof header);
    header.checksum = pack_checksum(std::string_view(out).substr(offsetof(PackHeader, name)));
    std::memcpy(out.data(), &header, sizeof header);
    return out;
  }

  std::string_view name_;
  const Value& model_;
  Protocol protocol_ = Protocol::query;
  bool overflow_ = false;
  std::string pool_;
  std::unordered_map<std::string, TextRef> text_refs_;
  std::unordered_map<std::string, std::uint32_t> shape_numbers_;
  std::vector<const Value*> shape_values_;
  std::vector<OperationRecord> operations_;
  std::vector<ShapeRecord> shapes_;
  std::vector<MemberRecord> members_;
  std::vector<BoundsRecord> bounds_;
  std::vector<std::uint32_t> indices_;
};

}  // namespace

Result<std::string> pack_model(std::string_view name, std::string_view service_json,
                               const std::vector<std::string>& extras) {
  auto read = [&](std::string_view text) -> Result<Value> {
    Result<Value> model = parse_json(text);
    if (!model) return bad_model(name, "does not read: " + model.error().message);
    if (!model->is_object()) return bad_model(name, "is not a JSON object");
    return model;
  };
  Value model = TRY(read(service_json));
  for (const std::string& extra : extras) {
    Value more = TRY(read(extra));
    if (more["merge"].is_object()) merge(model, more["merge"]);
  }
  return Packer(name, model).pack();
}

}  // namespace stint::aws
