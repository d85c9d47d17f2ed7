// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/model.h"

#include <algorithm>
#include <cmath>

#include "aws/pack.h"
#include "base/check.h"

namespace stint::aws {
namespace {

const MemberRecord& record_of(const Pack* pack, std::uint32_t at) {
  return pack->members()[at];
}
bool has(std::uint16_t flags, std::uint16_t flag) {
  return (flags & flag) != 0;
}

}  // namespace

std::string_view Member::name() const {
  return pack_->text(record_of(pack_, at_).name);
}
std::string_view Member::location_name() const {
  const MemberRecord& record = record_of(pack_, at_);
  return pack_->text(record.location_name ? record.location_name : record.name);
}
bool Member::has_location_name() const {
  return record_of(pack_, at_).location_name != 0;
}
std::string_view Member::query_name() const {
  return pack_->text(record_of(pack_, at_).query_name);
}
Place Member::place() const {
  return static_cast<Place>(record_of(pack_, at_).place);
}
bool Member::required() const {
  return has(record_of(pack_, at_).flags, member_flag::required);
}
bool Member::flattened() const {
  return has(record_of(pack_, at_).flags, member_flag::flattened);
}
bool Member::idempotency_token() const {
  return has(record_of(pack_, at_).flags, member_flag::token);
}
bool Member::xml_attribute() const {
  return has(record_of(pack_, at_).flags, member_flag::attribute);
}
bool Member::streaming() const {
  return has(record_of(pack_, at_).flags, member_flag::streaming);
}
bool Member::json_value() const {
  return has(record_of(pack_, at_).flags, member_flag::json_value);
}
bool Member::host_label() const {
  return has(record_of(pack_, at_).flags, member_flag::host_label);
}
std::string_view Member::xml_namespace() const {
  return pack_->text(record_of(pack_, at_).xml_namespace);
}
std::string_view Member::xml_prefix() const {
  return pack_->text(record_of(pack_, at_).xml_prefix);
}
TimeForm Member::time_form() const {
  return static_cast<TimeForm>(record_of(pack_, at_).time_form);
}
Shape Member::shape() const {
  Shape shape;
  shape.pack_ = pack_;
  shape.at_ = record_of(pack_, at_).shape;
  return shape;
}

std::string_view Shape::name() const {
  return pack_->text(pack_->shapes()[at_].name);
}
ShapeType Shape::type() const {
  return static_cast<ShapeType>(pack_->shapes()[at_].type);
}
std::size_t Shape::member_count() const {
  const ShapeRecord& record = pack_->shapes()[at_];
  return record.type == static_cast<std::uint8_t>(ShapeType::structure) ? record.count : 0;
}
Member Shape::member(std::size_t index) const {
  const ShapeRecord& record = pack_->shapes()[at_];
  STINT_CHECK(index < record.count);
  Member member;
  member.pack_ = pack_;
  member.at_ = record.first + static_cast<std::uint32_t>(index);
  return member;
}
std::optional<Member> Shape::find(std::string_view name) const {
  const ShapeRecord& record = pack_->shapes()[at_];
  std::uint32_t low = 0, high = static_cast<std::uint32_t>(member_count());
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    const std::uint32_t candidate = pack_->members()[record.first + middle].sorted;
    const int order = pack_->text(pack_->members()[record.first + candidate].name).compare(name);
    if (order == 0) return member(candidate);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return std::nullopt;
}
std::optional<Member> Shape::find_folded(std::string_view name) const {
  if (std::optional<Member> exact = find(name)) return exact;
  const std::string wanted = folded(name);
  for (std::size_t i = 0; i < member_count(); ++i)
    if (compare_folded(member(i).name(), wanted) == 0) return member(i);
  return std::nullopt;
}
Shape Shape::item() const {
  return item_member().shape();
}
Shape Shape::key() const {
  return key_member().shape();
}
Member Shape::item_member() const {
  STINT_CHECK(type() == ShapeType::list || type() == ShapeType::map);
  return member(type() == ShapeType::map ? 1 : 0);
}
Member Shape::key_member() const {
  STINT_CHECK(type() == ShapeType::map);
  return member(0);
}
Member Shape::value_member() const {
  STINT_CHECK(type() == ShapeType::map);
  return member(1);
}
bool Shape::flattened() const {
  return has(pack_->shapes()[at_].flags, shape_flag::flattened);
}
std::optional<double> Shape::min() const {
  const std::uint32_t bounds = pack_->shapes()[at_].bounds;
  if (bounds == no_index || std::isnan(pack_->bounds(bounds).min)) return std::nullopt;
  return pack_->bounds(bounds).min;
}
std::optional<double> Shape::max() const {
  const std::uint32_t bounds = pack_->shapes()[at_].bounds;
  if (bounds == no_index || std::isnan(pack_->bounds(bounds).max)) return std::nullopt;
  return pack_->bounds(bounds).max;
}
std::string_view Shape::pattern() const {
  return pack_->text(pack_->shapes()[at_].pattern);
}
std::vector<std::string_view> Shape::enumeration() const {
  std::vector<std::string_view> words;
  if (type() != ShapeType::string) return words;
  const ShapeRecord& record = pack_->shapes()[at_];
  words.reserve(record.count);
  for (std::uint32_t i = 0; i < record.count; ++i)
    words.push_back(pack_->text(pack_->index(record.first + i)));
  return words;
}
std::optional<Member> Shape::payload() const {
  const ShapeRecord& record = pack_->shapes()[at_];
  if (type() != ShapeType::structure || record.payload == no_index) return std::nullopt;
  return member(record.payload);
}
TimeForm Shape::time_form() const {
  return static_cast<TimeForm>(pack_->shapes()[at_].time_form);
}
bool Shape::error() const {
  return has(pack_->shapes()[at_].flags, shape_flag::error);
}
bool Shape::fault() const {
  return has(pack_->shapes()[at_].flags, shape_flag::fault);
}
bool Shape::document() const {
  return has(pack_->shapes()[at_].flags, shape_flag::document);
}
bool Shape::union_() const {
  return has(pack_->shapes()[at_].flags, shape_flag::union_);
}
bool Shape::event_stream() const {
  return has(pack_->shapes()[at_].flags, shape_flag::event_stream);
}
std::string_view Shape::error_code() const {
  return pack_->text(pack_->shapes()[at_].error_code);
}
int Shape::error_status() const {
  return static_cast<int>(pack_->shapes()[at_].error_status);
}
std::string_view Shape::location_name() const {
  return pack_->text(pack_->shapes()[at_].location_name);
}
std::string_view Shape::xml_namespace() const {
  return pack_->text(pack_->shapes()[at_].xml_namespace);
}
std::string_view Shape::xml_prefix() const {
  return pack_->text(pack_->shapes()[at_].xml_prefix);
}

std::string_view Operation::name() const {
  return pack_->text(pack_->operations()[at_].name);
}
std::string_view Operation::http_method() const {
  return pack_->text(pack_->operations()[at_].method);
}
std::string_view Operation::request_uri() const {
  return pack_->text(pack_->operations()[at_].uri);
}
std::optional<Shape> Operation::input() const {
  const std::uint32_t at = pack_->operations()[at_].input;
  if (at == no_index) return std::nullopt;
  Shape shape;
  shape.pack_ = pack_;
  shape.at_ = at;
  return shape;
}
std::optional<Shape> Operation::output() const {
  const std::uint32_t at = pack_->operations()[at_].output;
  if (at == no_index) return std::nullopt;
  Shape shape;
  shape.pack_ = pack_;
  shape.at_ = at;
  return shape;
}
std::string_view Operation::result_wrapper() const {
  return pack_->text(pack_->operations()[at_].result_wrapper);
}
std::vector<Shape> Operation::errors() const {
  const OperationRecord& record = pack_->operations()[at_];
  std::vector<Shape> shapes(record.error_count);
  for (std::uint32_t i = 0; i < record.error_count; ++i) {
    shapes[i].pack_ = pack_;
    shapes[i].at_ = pack_->index(record.errors + i);
  }
  return shapes;
}
bool Operation::unsigned_() const {
  return has(pack_->operations()[at_].flags, operation_flag::unsigned_call);
}
bool Operation::deprecated() const {
  return has(pack_->operations()[at_].flags, operation_flag::deprecated);
}
bool Operation::checksum_required() const {
  return has(pack_->operations()[at_].flags, operation_flag::checksum);
}
int Operation::status() const {
  return pack_->operations()[at_].status;
}
std::string_view Operation::host_prefix() const {
  return pack_->text(pack_->operations()[at_].host_prefix);
}
std::string_view Operation::input_name() const {
  return pack_->text(pack_->operations()[at_].input_name);
}
std::string_view Operation::input_namespace() const {
  return pack_->text(pack_->operations()[at_].input_namespace);
}
const Service& Operation::service() const {
  return *pack_->service;
}

Service::Service(std::unique_ptr<Pack> pack) : pack_(std::move(pack)) {
  pack_->service = this;
}
Service::~Service() = default;
std::string_view Service::name() const {
  return pack_->text(pack_->header().name);
}
Protocol Service::protocol() const {
  return static_cast<Protocol>(pack_->header().protocol);
}
std::string_view Service::api_version() const {
  return pack_->text(pack_->header().api_version);
}
std::string_view Service::endpoint_prefix() const {
  return pack_->text(pack_->header().endpoint_prefix);
}
std::string_view Service::signing_name() const {
  return pack_->text(pack_->header().signing_name);
}
std::string_view Service::target_prefix() const {
  return pack_->text(pack_->header().target_prefix);
}
std::string_view Service::json_version() const {
  std::string_view version = pack_->text(pack_->header().json_version);
  return version.empty() ? "1.0" : version;
}
std::string_view Service::xml_namespace() const {
  return pack_->text(pack_->header().xml_namespace);
}
std::string_view Service::service_id() const {
  return pack_->text(pack_->header().service_id);
}
bool Service::global() const {
  // sts and s3 have a global endpoint too, but answer in each Region, which is what we ask.
  return !pack_->text(pack_->header().global_endpoint).empty() && name() != "sts" && name() != "s3";
}

std::size_t Service::operation_count() const {
  return pack_->operations().size();
}
Operation Service::operation(std::size_t index) const {
  STINT_CHECK(index < pack_->operations().size());
  Operation operation;
  operation.pack_ = pack_.get();
  operation.at_ = static_cast<std::uint32_t>(index);
  return operation;
}
std::optional<Operation> Service::find(std::string_view name) const {
  auto records = pack_->operations();
  auto found = std::ranges::lower_bound(
      records, name, {}, [&](const OperationRecord& record) { return pack_->text(record.name); });
  if (found == records.end() || pack_->text(found->name) != name) return std::nullopt;
  return operation(static_cast<std::size_t>(found - records.begin()));
}
std::optional<Operation> Service::find_folded(std::string_view name) const {
  if (std::optional<Operation> exact = find(name)) return exact;
  const std::string wanted = folded(name);
  auto records = pack_->operations();
  std::size_t low = 0, high = records.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const std::uint32_t candidate = records[middle].folded;
    const int order = compare_folded(pack_->text(records[candidate].name), wanted);
    if (order == 0) return operation(candidate);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return std::nullopt;
}
std::vector<std::string_view> Service::operations() const {
  std::vector<std::string_view> names;
  names.reserve(operation_count());
  for (const OperationRecord& record : pack_->operations())
    names.push_back(pack_->text(record.name));
  return names;
}
std::optional<Shape> Service::find_error(std::string_view code) const {
  auto shapes = pack_->shapes();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (!has(shapes[i].flags, shape_flag::error) || pack_->text(shapes[i].error_code) != code)
      continue;
    Shape shape;
    shape.pack_ = pack_.get();
    shape.at_ = static_cast<std::uint32_t>(i);
    return shape;
  }
  return std::nullopt;
}

}  // namespace stint::aws
