// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/value.h"

#include <algorithm>

#include "base/check.h"

namespace stint {
namespace {
const Value null_value;
const std::string empty_text;
const Value::List empty_list;
const Object empty_object;

}  // namespace

template <class Content>
struct Value::Holder : Shared {
  explicit Holder(Content c) : content(std::move(c)) {}
  Content content;
};

Value::Value(std::string s) : kind_(Kind::text) {
  shared_ = new Holder<std::string>(std::move(s));
}
Value::Value(List list) : kind_(Kind::list) {
  shared_ = new Holder<List>(std::move(list));
}
Value::Value(Object object) : kind_(Kind::object) {
  shared_ = new Holder<Object>(std::move(object));
}

void Value::release() noexcept {
  // The last owner sees all that the others wrote before they let go.
  if (shared_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (kind_) {
    case Kind::text:
      delete static_cast<Holder<std::string>*>(shared_);
      break;
    case Kind::list:
      delete static_cast<Holder<List>*>(shared_);
      break;
    default:
      delete static_cast<Holder<Object>*>(shared_);
  }
}

template <class Content>
const Content& Value::content() const {
  return static_cast<const Holder<Content>*>(shared_)->content;
}

/// The content made our own: copied when somebody else holds it too.
template <class Content>
Content& Value::own() {
  if (shared_->owners.load(std::memory_order_acquire) != 1) {
    Shared* copy = new Holder<Content>(content<Content>());
    release();
    shared_ = copy;
  }
  return static_cast<Holder<Content>*>(shared_)->content;
}

bool Value::as_bool() const {
  STINT_CHECK(is_bool());
  return integer_ != 0;
}
std::int64_t Value::as_integer() const {
  STINT_CHECK(is_integer());
  return integer_;
}
double Value::as_number() const {
  STINT_CHECK(is_number());
  return is_integer() ? static_cast<double>(integer_) : number_;
}
const std::string& Value::as_text() const {
  STINT_CHECK(is_text());
  return content<std::string>();
}
const Value::List& Value::as_list() const {
  STINT_CHECK(is_list());
  return content<List>();
}
const Object& Value::as_object() const {
  STINT_CHECK(is_object());
  return content<Object>();
}
std::string& Value::edit_text() {
  STINT_CHECK(is_text());
  return own<std::string>();
}
Value::List& Value::edit_list() {
  if (is_null()) *this = Value(List()).at(where_);
  STINT_CHECK(is_list());
  return own<List>();
}
Object& Value::edit_object() {
  if (is_null()) *this = Value(Object()).at(where_);
  STINT_CHECK(is_object());
  return own<Object>();
}

const Value* Value::find(std::string_view key) const {
  return is_object() ? as_object().find(key) : nullptr;
}
const Value& Value::operator[](std::string_view key) const {
  const Value* found = find(key);
  return found ? *found : null_value;
}
const Value& Value::operator[](std::size_t index) const {
  return is_list() && index < as_list().size() ? as_list()[index] : null_value;
}
const std::string& Value::text(std::string_view key) const {
  const Value* found = find(key);
  return found && found->is_text() ? found->as_text() : empty_text;
}
std::int64_t Value::integer(std::string_view key, std::int64_t otherwise) const {
  const Value* found = find(key);
  return found && found->is_integer() ? found->as_integer() : otherwise;
}
bool Value::flag(std::string_view key, bool otherwise) const {
  const Value* found = find(key);
  return found && found->is_bool() ? found->as_bool() : otherwise;
}
const Value::List& Value::items(std::string_view key) const {
  const Value* found = find(key);
  return found && found->is_list() ? found->as_list() : empty_list;
}
std::size_t Value::size() const {
  if (is_list()) return as_list().size();
  if (is_object()) return as_object().size();
  return 0;
}
Value& Value::set(std::string_view key, Value value) {
  edit_object().set(key, std::move(value));
  return *this;
}
Value& Value::push(Value value) {
  edit_list().push_back(std::move(value));
  return *this;
}

bool operator==(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number())
    return a.is_integer() && b.is_integer() ? a.as_integer() == b.as_integer()
                                            : a.as_number() == b.as_number();
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::null:
      return true;
    case Value::Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Value::Kind::text:
      return &a.as_text() == &b.as_text() || a.as_text() == b.as_text();
    case Value::Kind::list:
      return &a.as_list() == &b.as_list() || a.as_list() == b.as_list();
    case Value::Kind::object: {
      const Object &x = a.as_object(), &y = b.as_object();
      if (&x == &y) return true;
      return x.size() == y.size() && std::ranges::all_of(x, [&](const Object::Member& member) {
               const Value* other = y.find(member.key);
               return other && *other == member.value;
             });
    }
    default:
      return false;
  }
}

std::string_view to_string(Value::Kind kind) {
  constexpr std::string_view names[] = {"null", "boolean", "integer", "number",
                                        "text", "list",    "object"};
  return names[static_cast<std::size_t>(kind)];
}

Object::Object() = default;
Object::Object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  members_.reserve(members.size());
  for (const auto& [key, value] : members) append(std::string(key), value);
}
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

std::vector<Object::Member>::const_iterator Object::begin() const {
  return members_.begin();
}
std::vector<Object::Member>::const_iterator Object::end() const {
  return members_.end();
}

std::size_t Object::size() const {
  return members_.size();
}

// Objects of documents and calls are small: a scan beats a hash up to some dozens of members.
const Value* Object::find(std::string_view key) const {
  for (const Member& member : members_)
    if (member.key == key) return &member.value;
  return nullptr;
}
Value* Object::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}
Value& Object::set(std::string_view key, Value value) {
  if (Value* found = find(key)) return *found = std::move(value);
  return append(std::string(key), std::move(value));
}
Value& Object::append(std::string key, Value value, Where key_where) {
  members_.push_back({std::move(key), std::move(value), key_where});
  return members_.back().value;
}
bool Object::erase(std::string_view key) {
  auto found = std::ranges::find(members_, key, &Member::key);
  if (found == members_.end()) return false;
  members_.erase(found);
  return true;
}
void Object::reserve(std::size_t count) {
  members_.reserve(count);
}

Value object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  return Value(Object(members));
}

}  // namespace stint
