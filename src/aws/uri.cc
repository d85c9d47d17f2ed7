// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "aws/protocols.h"
#include "base/text.h"

namespace stint::aws::uri {
namespace {

std::string_view path_of(std::string_view uri_template) {
  return uri_template.substr(0, uri_template.find('?'));
}

bool is_label(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// The parts between slashes, without the empty one that a leading or trailing slash makes.
std::vector<std::string_view> segments(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return {};
  return split(path, '/');
}

}  // namespace

std::vector<Parameter> parse_query(std::string_view query) {
  std::vector<Parameter> out;
  if (query.empty()) return out;
  for (std::string_view pair : split(query, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos)
      out.push_back({percent_decode(pair, true), {}, false});
    else
      out.push_back({percent_decode(pair.substr(0, equals), true),
                     percent_decode(pair.substr(equals + 1), true)});
  }
  return out;
}

const Parameter* find(const std::vector<Parameter>& parameters, std::string_view name) {
  auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

std::optional<std::vector<Label>> match(std::string_view uri_template, std::string_view path) {
  std::vector<Label> labels;
  const std::vector<std::string_view> wanted = segments(path_of(uri_template));
  const std::string_view whole = path.starts_with('/') ? path.substr(1) : path;
  std::size_t at = 0;  // in `whole`
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (at > whole.size()) return std::nullopt;
    std::string_view rest = whole.substr(at);
    if (rest.empty()) return std::nullopt;
    if (!is_label(wanted[i])) {
      const std::string_view segment = rest.substr(0, rest.find('/'));
      if (percent_decode(segment) != percent_decode(wanted[i])) return std::nullopt;
      at += segment.size() + 1;
      continue;
    }
    std::string_view name = wanted[i].substr(1, wanted[i].size() - 2);
    if (!name.ends_with('+')) {
      const std::string_view segment = rest.substr(0, rest.find('/'));
      if (segment.empty()) return std::nullopt;
      labels.push_back({name, percent_decode(segment)});
      at += segment.size() + 1;
      continue;
    }
    // A greedy label takes all that the fixed segments behind it leave.
    name.remove_suffix(1);
    std::string_view taken = rest;
    for (std::size_t last = wanted.size(); last-- > i + 1;) {
      const std::size_t slash = taken.rfind('/');
      if (slash == taken.npos || is_label(wanted[last]) || taken.substr(slash + 1) != wanted[last])
        return std::nullopt;
      taken = taken.substr(0, slash);
    }
    if (taken.empty()) return std::nullopt;
    labels.push_back({name, percent_decode(taken)});
    return labels;
  }
  // "/bucket/" is the bucket too.
  if (at < whole.size()) return std::nullopt;
  return labels;
}

int fixed_segments(std::string_view uri_template) {
  return static_cast<int>(std::ranges::count_if(segments(path_of(uri_template)),
                                                [](std::string_view s) { return !is_label(s); }));
}

bool query_fits(std::string_view uri_template, const std::vector<Parameter>& parameters,
                int& count) {
  const std::size_t mark = uri_template.find('?');
  if (mark == uri_template.npos) return true;
  for (const Parameter& wanted : parse_query(uri_template.substr(mark + 1))) {
    const Parameter* given = find(parameters, wanted.name);
    // Newer models name the operation in x-id, which only their own clients send.
    if (!given && wanted.name == "x-id") continue;
    if (!given || (!wanted.value.empty() && given->value != wanted.value)) return false;
    ++count;
  }
  return true;
}

}  // namespace stint::aws::uri
