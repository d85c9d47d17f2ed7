// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/listing.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/ec2/kinds.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

void add_text(const Value& value, std::vector<std::string>& out) {
  if (value.is_text()) out.push_back(value.as_text());
  if (value.is_bool()) out.push_back(value.as_bool() ? "true" : "false");
  if (value.is_integer()) out.push_back(std::to_string(value.as_integer()));
}

void collect(const Value& value, std::string_view path, std::vector<std::string>& out) {
  if (path.empty()) return add_text(value, out);
  const std::size_t dot = path.find('.');
  std::string_view part = path.substr(0, dot);
  const std::string_view rest = dot == path.npos ? std::string_view() : path.substr(dot + 1);
  if (!part.ends_with("[]")) return collect(value[part], rest, out);
  part.remove_suffix(2);
  for (const Value& item : value.items(part)) collect(item, rest, out);
}

const Value::List& tags_of(const Value& row) {
  return row.find("TagSet") ? row.items("TagSet") : row.items("Tags");
}

/// What a filter looks at; none: the operation has no such filter.
std::optional<std::vector<std::string>> filtered(const Value& row, std::string_view name,
                                                 std::span<const FilterPath> known) {
  std::vector<std::string> out;
  if (name.starts_with("tag:") || name == "tag-key" || name == "tag-value") {
    for (const Value& tag : tags_of(row)) {
      if (name == "tag-key") out.push_back(tag.text("Key"));
      if (name == "tag-value" || name.substr(4) == tag.text("Key"))
        out.push_back(tag.text("Value"));
    }
    return out;
  }
  const auto found = std::ranges::find(known, name, &FilterPath::name);
  if (found == known.end()) return std::nullopt;
  for (const std::string_view path : split(found->path, '|')) collect(row, path, out);
  return out;
}

Result<bool> passes_all(const Value& row, const std::vector<Filter>& filters,
                        std::span<const FilterPath> known) {
  bool all = true;
  for (const Filter& filter : filters) {
    const auto values = filtered(row, filter.name, known);
    if (!values)
      return fault("InvalidParameterValue", fmt::format("The filter '{}' is invalid", filter.name));
    all = all && filter.matches_any(*values);
  }
  return all;
}

/// Refuses ids that no row has.
Result<void> check_named(const Listing& listing, const Value::List& rows,
                         const std::vector<std::string>& wanted) {
  std::vector<std::string> missing;
  for (const std::string& id : wanted) {
    const auto found = std::ranges::find(
        rows, id, [&](const Value& row) -> const std::string& { return row.text(listing.id); });
    if (found != rows.end()) continue;
    const Error error = wrong_id(listing.prefix, id);
    if (error.code != Code::not_found) return fail(error);
    missing.push_back(id);
  }
  if (missing.empty()) return {};
  if (missing.size() == 1) return fail(wrong_id(listing.prefix, missing[0]));
  Error error = wrong_id(listing.prefix, missing[0]);
  const Kind& kind = *kind_of(listing.prefix);
  std::string before(kind.before), after(kind.after);
  if (before.ends_with(" ID '")) before.replace(before.size() - 5, 5, " IDs '");
  if (after == "' does not exist") after = "' do not exist";
  error.message = fmt::format("{}{}{}", before, join(missing, ", "), after);
  return fail(std::move(error));
}

}  // namespace

std::vector<std::string> values_at(const Value& row, std::string_view path) {
  std::vector<std::string> out;
  collect(row, path, out);
  return out;
}

Result<bool> passes(const Value& row, const Value& in, std::span<const FilterPath> known) {
  const std::vector<Filter> filters = TRY(read_filters(in));
  return passes_all(row, filters, known);
}

Result<Value> list_rows(const Value& in, const Listing& listing, Value::List rows) {
  const std::vector<Filter> filters = TRY(read_filters(in));
  for (const Filter& filter : filters)
    if (!filtered(Value(), filter.name, listing.filters))
      return fault("InvalidParameterValue", fmt::format("The filter '{}' is invalid", filter.name));
  std::vector<std::string> wanted;
  if (!listing.ids.empty())
    for (const Value& id : in.items(listing.ids)) wanted.push_back(id.as_text());
  if (!wanted.empty()) {
    if (in.find("MaxResults") && !listing.names_token)
      return fault("InvalidParameterCombination",
                   fmt::format("The parameter {} cannot be used with the parameter maxResults",
                               listing.prefix == "i-" ? "instancesSet" : listing.ids));
    if (!in.text("NextToken").empty())
      return fault(
          "InvalidParameterCombination",
          fmt::format("The parameter {} cannot be used with the parameter NextToken", listing.ids));
    TRY(check_named(listing, rows, wanted));
  }
  Page page;
  if (in.find("MaxResults") || in.find("NextToken")) {
    const auto refuse_token = [&] {
      const std::string& token = in.text("NextToken");
      if (!listing.names_token) return fail(wrong_token(token));
      return fault("InvalidParameterValue",
                   fmt::format("Value ( {} ) for parameter NextToken is invalid. The token is "
                               "invalid.",
                               token));
    };
    auto read = read_page(in, listing.least, listing.most);
    if (!read && read.error().name == "InvalidNextToken") return refuse_token();
    page = TRY(std::move(read));
    if (!page.after.empty() && !page.after.starts_with(fmt::format("{}/", listing.member)))
      return refuse_token();
  }
  Value::List shown;
  Value answer{Object()};
  std::string last;
  for (Value& row : rows) {
    const std::string& id = row.text(listing.id);
    if (!wanted.empty() && std::ranges::find(wanted, id) == wanted.end()) continue;
    const std::string key = fmt::format("{}/{}", listing.member, id);
    if (key <= page.after) continue;
    const bool pass = TRY(passes_all(row, filters, listing.filters));
    if (!pass) continue;
    if (page.limit && shown.size() == page.limit) {
      answer.set("NextToken", next_token(last));
      break;
    }
    last = key;
    shown.push_back(std::move(row));
  }
  answer.set(listing.member, std::move(shown));
  return answer;
}

}  // namespace stint::cloud::ec2
