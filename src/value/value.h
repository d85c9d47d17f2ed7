// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stint {

/// Where in a text a value stood: 1-based; line 0 = it did not come from a text.
struct Where {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

class Object;

/// What documents, API inputs and answers are made of: JSON's kinds, with 64-bit integers kept
/// apart from other numbers, ordered objects, and the place in the text a value was read from.
///
/// A value, 24 bytes. Copies are cheap: texts, lists and objects are shared until one of the copies
/// is changed (copy on write), so a document, a history and a forked world can hold the same parts.
/// Sharing across threads is safe as long as each thread has its own copy.
class Value {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, list, object };
  using List = std::vector<Value>;

  Value() : integer_(0) {}
  Value(std::nullptr_t) : Value() {}
  Value(bool b) : kind_(Kind::boolean), integer_(b) {}
  Value(std::int64_t i) : kind_(Kind::integer), integer_(i) {}
  Value(int i) : Value(static_cast<std::int64_t>(i)) {}
  Value(unsigned i) : Value(static_cast<std::int64_t>(i)) {}
  Value(double d) : kind_(Kind::number), number_(d) {}
  Value(std::string s);
  Value(std::string_view s) : Value(std::string(s)) {}
  Value(const char* s) : Value(std::string(s)) {}
  Value(List list);
  Value(Object object);
  template <class T>
  Value(const T*) = delete;  // a stray pointer would otherwise become a bool

  Value(const Value& other) noexcept
      : where_(other.where_), kind_(other.kind_), integer_(other.integer_) {
    if (is_shared()) shared_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  Value(Value&& other) noexcept
      : where_(other.where_),
        kind_(std::exchange(other.kind_, Kind::null)),
        integer_(other.integer_) {}
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Value() {
    if (is_shared()) release();
  }

  static Value list(std::initializer_list<Value> items) { return Value(List(items)); }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind() == Kind::null; }
  bool is_bool() const { return kind() == Kind::boolean; }
  bool is_integer() const { return kind() == Kind::integer; }
  bool is_number() const { return kind() == Kind::number || is_integer(); }
  bool is_text() const { return kind() == Kind::text; }
  bool is_list() const { return kind() == Kind::list; }
  bool is_object() const { return kind() == Kind::object; }
  bool is_scalar() const { return kind() < Kind::list && !is_null(); }

  /// The content; the kind must match (STINT_CHECK), except that as_number takes integers too.
  bool as_bool() const;
  std::int64_t as_integer() const;
  double as_number() const;
  const std::string& as_text() const;
  const List& as_list() const;
  const Object& as_object() const;
  std::string& edit_text();
  List& edit_list();      ///< a null value becomes an empty list first
  Object& edit_object();  ///< a null value becomes an empty object first

  /// Lenient readers for values whose shape was checked before or may be absent.
  const Value* find(std::string_view key) const;        ///< member of an object; else nullptr
  const Value& operator[](std::string_view key) const;  ///< member, or a shared null
  const Value& operator[](std::size_t index) const;     ///< item, or a shared null
  const std::string& text(std::string_view key) const;  ///< member's text, or a shared ""
  std::int64_t integer(std::string_view key, std::int64_t otherwise = 0) const;
  bool flag(std::string_view key, bool otherwise = false) const;
  const List& items(std::string_view key) const;  ///< member's list, or a shared empty one
  std::size_t size() const;                       ///< of a list or object; else 0

  /// Sets a member of this object (a null value becomes an object).
  Value& set(std::string_view key, Value value);
  /// Appends to this list (a null value becomes a list).
  Value& push(Value value);

  Where where() const { return where_; }
  Value& at(Where where) {
    where_ = where;
    return *this;
  }

  /// Compares contents, not places. Integer 1 and number 1.0 are equal; objects compare as maps
  /// (order does not matter).
  friend bool operator==(const Value& a, const Value& b);

 private:
  /// What copies share: a text, a list or an object, and how many values hold it.
  struct Shared {
    std::atomic<std::uint32_t> owners{1};
  };
  template <class Content>
  struct Holder;  // value.cc

  bool is_shared() const { return kind_ >= Kind::text; }
  void swap(Value& other) noexcept {
    std::swap(where_, other.where_);
    std::swap(kind_, other.kind_);
    std::swap(integer_, other.integer_);
  }
  void release() noexcept;
  template <class Content>
  const Content& content() const;
  template <class Content>
  Content& own();

  Where where_;
  Kind kind_ = Kind::null;
  union {
    std::int64_t integer_;  // boolean too: the member that copies and moves go by
    double number_;
    Shared* shared_;
  };
};
static_assert(sizeof(Value) == 24);

/// "null", "boolean", "integer", "number", "text", "list", "object": for error sentences.
std::string_view to_string(Value::Kind kind);

/// The members of an object in the order they were written. Keys are unique.
class Object {
 public:
  struct Member;
  Object();
  Object(std::initializer_list<std::pair<std::string_view, Value>> members);
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  std::vector<Member>::const_iterator begin() const;
  std::vector<Member>::const_iterator end() const;

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// Adds at the end or replaces in place; returns the member's value.
  Value& set(std::string_view key, Value value);
  /// Adds without looking for the key: the caller knows that it is new (decoders).
  Value& append(std::string key, Value value, Where key_where = {});
  bool erase(std::string_view key);
  void reserve(std::size_t count);

 private:
  std::vector<Member> members_;
};

struct Object::Member {
  std::string key;
  Value value;
  Where key_where;  ///< where the key stood in the text
};

/// An object value from pairs: `object({{"Name", name}, {"Size", 3}})`.
Value object(std::initializer_list<std::pair<std::string_view, Value>> members);

}  // namespace stint
