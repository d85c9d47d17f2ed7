// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The operations on documents (spec/ssm-automation.md 5.8).
#include "cloud/ssm/documents.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ssm/document_check.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {
namespace {

const Value& platforms() {
  static const Value all = Value::list({"Windows", "Linux", "MacOS"});
  return all;
}

std::unexpected<Error> no_document(std::string_view name) {
  return fault("InvalidDocument",
               fmt::format("Document with name {} does not exist.", document_name(name)), 400,
               Code::not_found);
}
std::unexpected<Error> no_version(std::string_view version, const Document& document) {
  return fault(
      "InvalidDocumentVersion",
      fmt::format("Document version {} does not exist for document {}.", version, document.name),
      400, Code::not_found);
}

struct Seen {
  const Document* document;
  const DocumentVersion* version;
};
/// The document and version that an input names. Errors: InvalidDocument, InvalidDocumentVersion.
Result<Seen> see(Call& call, const Value& in) {
  const Document* document = find_document(call.own_region().ssm, in.text("Name"));
  if (!document) return no_document(in.text("Name"));
  if (const std::string& name = in.text("VersionName"); !name.empty()) {
    auto named = std::ranges::find(document->versions, name, &DocumentVersion::version_name);
    if (named == document->versions.end()) return no_version(name, *document);
    return Seen{document, &*named};
  }
  const DocumentVersion* version = find_version(*document, in.text("DocumentVersion"));
  if (!version) return no_version(in.text("DocumentVersion"), *document);
  return Seen{document, version};
}

/// The account's own document, to change it. Errors as see, and InvalidDocumentOperation.
Result<Document*> own(Call& call, const Value& in) {
  const Document* document = find_document(call.own_region().ssm, in.text("Name"));
  if (!document) return no_document(in.text("Name"));
  if (document->owner == "Amazon")
    return fault("InvalidDocumentOperation",
                 fmt::format("Document {} is owned by Amazon: it can be neither changed nor "
                             "deleted.",
                             document->name));
  return call.own_region().ssm.documents.edit(document->name);
}

/// The wire knows String and StringList only.
std::string_view wire_type(const std::string& type) {
  return type == "StringList" || type == "MapList" || type.starts_with("List<") ? "StringList"
                                                                                : "String";
}

Value parameters_of(const Value& content) {
  Value::List rows;
  const Value& parameters = content["parameters"];
  if (parameters.is_object())
    for (const auto& [name, parameter, where] : parameters.as_object()) {
      Object row{{"Name", name},
                 {"Type", wire_type(parameter.text("type"))},
                 {"Description", parameter.text("description")}};
      if (const Value* value = parameter.find("default"))
        row.append("DefaultValue", document::render(*value));
      rows.push_back(std::move(row));
    }
  return rows;
}

std::string schema_of(const Value& content) {
  const Value& version = content["schemaVersion"];
  return version.is_null() ? "" : document::render(version);
}

Value tags_of(const Document& document) {
  Value::List tags;
  for (const auto& [key, value] : document.tags)
    tags.push_back(object({{"Key", key}, {"Value", value}}));
  return tags;
}

Object describe(const Document& document, const DocumentVersion& version) {
  auto content = parse_json_or_yaml(version.content);
  const Value read = content ? std::move(*content) : Value();
  Object out{{"Hash", version.hash},
             {"HashType", "Sha256"},
             {"Name", document.name},
             {"Owner", document.owner},
             {"CreatedDate", iso8601(version.created, true)},
             {"Status", "Active"},
             {"DocumentVersion", version.version},
             {"Description", read.text("description")},
             {"Parameters", parameters_of(read)},
             {"PlatformTypes", platforms()},
             {"DocumentType", document.type},
             {"SchemaVersion", schema_of(read)},
             {"LatestVersion", document.versions.back().version},
             {"DefaultVersion", document.default_version},
             {"DocumentFormat", version.format},
             {"Tags", tags_of(document)}};
  if (!version.version_name.empty()) out.append("VersionName", version.version_name);
  if (!document.target_type.empty()) out.append("TargetType", document.target_type);
  if (!document.display_name.empty()) out.append("DisplayName", document.display_name);
  return out;
}

/// Right after a change SSM has not read the content yet (C-73): the answer says so.
Value answer(const Document& document, const DocumentVersion& version, std::string_view status) {
  Object described = describe(document, version);
  described.set("Status", status);
  return object({{"DocumentDescription", std::move(described)}});
}

DocumentVersion make_version(const Call& call, const Value& in, std::string number,
                             std::string format) {
  return {.version = std::move(number),
          .content = in.text("Content"),
          .format = std::move(format),
          .hash = hex(sha256(in.text("Content"))),
          .version_name = in.text("VersionName"),
          .created = call.now};
}

bool good_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 128 && std::ranges::all_of(name, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
         });
}

}  // namespace

Result<Value> create_document(Call& call, const Value& in) {
  const std::string& name = in.text("Name");
  if (!good_name(name))
    return fault("ValidationException",
                 fmt::format("1 validation error detected: Value '{}' at 'name' failed to satisfy "
                             "constraint: Member must satisfy regular expression pattern: "
                             "^[a-zA-Z0-9_\\-.]{{3,128}}$",
                             name));
  State& ssm = call.own_region().ssm;
  if (find_document(ssm, name))
    return fault("DocumentAlreadyExists",
                 fmt::format("Document with same name {} already exists", name), 400,
                 Code::conflict);
  Document document{.name = name, .owner = call.account, .target_type = in.text("TargetType")};
  if (!in.text("DocumentType").empty()) document.type = in.text("DocumentType");
  document.display_name = in.text("DisplayName");
  for (const Value& tag : in.items("Tags")) document.tags[tag.text("Key")] = tag.text("Value");
  std::string format = in.text("DocumentFormat").empty() ? "JSON" : in.text("DocumentFormat");
  TRY(check_document(call, name, document.type, format, in.text("Content")));
  document.versions.push_back(make_version(call, in, "1", std::move(format)));
  call.effect = "created";
  const Document& kept = ssm.documents.put(name, std::move(document));
  return answer(kept, kept.versions.back(), "Creating");
}

Result<Value> update_document(Call& call, const Value& in) {
  Document* document = TRY(own(call, in));
  const std::string latest = document->versions.back().version;
  const std::string& base = in.text("DocumentVersion");
  if (!base.empty() && base != "$LATEST" && base != latest)
    return fault("InvalidDocumentVersion",
                 fmt::format("Only the latest version {} of document {} can be updated.", latest,
                             document->name));
  std::string format = in.text("DocumentFormat").empty() ? document->versions.back().format
                                                         : in.text("DocumentFormat");
  TRY(check_document(call, document->name, document->type, format, in.text("Content")));
  if (document->versions.back().content == in.text("Content"))
    return fault("DuplicateDocumentContent",
                 "The content of the document matches its latest version. Change the content of "
                 "the document and try again.",
                 400, Code::conflict);
  const std::string& name = in.text("VersionName");
  if (!name.empty() &&
      std::ranges::find(document->versions, name, &DocumentVersion::version_name) !=
          document->versions.end())
    return fault("DuplicateDocumentVersionName",
                 fmt::format("The version name {} is used by another version.", name), 400,
                 Code::conflict);
  document = call.own_region().ssm.documents.edit(document->name);
  if (!in.text("TargetType").empty()) document->target_type = in.text("TargetType");
  if (!in.text("DisplayName").empty()) document->display_name = in.text("DisplayName");
  std::string number = std::to_string(to_integer(latest).value_or(0) + 1);
  document->versions.push_back(make_version(call, in, std::move(number), std::move(format)));
  call.effect = "changed";
  return answer(*document, document->versions.back(), "Updating");
}

Result<Value> update_document_default_version(Call& call, const Value& in) {
  Document* document = TRY(own(call, in));
  const std::string& number = in.text("DocumentVersion");
  const DocumentVersion* version = to_integer(number) ? find_version(*document, number) : nullptr;
  if (!version) return no_version(number, *document);
  document->default_version = number;
  call.effect = "changed";
  Object description{{"Name", document->name}, {"DefaultVersion", number}};
  if (!version->version_name.empty())
    description.append("DefaultVersionName", version->version_name);
  return object({{"Description", std::move(description)}});
}

Result<Value> delete_document(Call& call, const Value& in) {
  Document* document = TRY(own(call, in));
  const std::string name = document->name;
  const std::string& version = in.text("DocumentVersion");
  if (version.empty() && in.text("VersionName").empty()) {
    call.own_region().ssm.documents.erase(name);
    call.effect = "deleted";
    return Value(Object());
  }
  Seen seen = TRY(see(call, in));
  const std::string number = seen.version->version;
  if (number == document->default_version)
    return fault("InvalidDocumentOperation",
                 fmt::format("Default version {} of document {} cannot be deleted.", number, name));
  std::erase_if(document->versions, [&](const DocumentVersion& v) { return v.version == number; });
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> describe_document(Call& call, const Value& in) {
  Seen seen = TRY(see(call, in));
  return object({{"Document", describe(*seen.document, *seen.version)}});
}

Result<Value> get_document(Call& call, const Value& in) {
  Seen seen = TRY(see(call, in));
  std::string format = in.text("DocumentFormat");
  if (format.empty()) format = "JSON";
  std::string content = seen.version->content;
  if (format != seen.version->format && format != "TEXT") {
    Value read = TRY(parse_json_or_yaml(content));
    content = format == "YAML" ? to_yaml(read) : to_pretty_json(read);
  }
  Object out{{"Name", seen.document->name},
             {"CreatedDate", iso8601(seen.version->created, true)},
             {"DocumentVersion", seen.version->version},
             {"Status", "Active"},
             {"Content", std::move(content)},
             {"DocumentType", seen.document->type},
             {"DocumentFormat", format}};
  if (!seen.version->version_name.empty()) out.append("VersionName", seen.version->version_name);
  if (!seen.document->display_name.empty()) out.append("DisplayName", seen.document->display_name);
  return out;
}

namespace {

struct Filter {
  std::string key;
  std::vector<std::string> values;
};

Result<std::vector<Filter>> read_filters(const Value& in) {
  constexpr std::array<std::string_view, 6> known = {"Owner",        "Name",       "PlatformTypes",
                                                     "DocumentType", "TargetType", "SearchKeyword"};
  std::vector<Filter> filters;
  for (const Value& old : in.items("DocumentFilterList"))
    filters.push_back({old.text("key"), {old.text("value")}});
  for (const Value& given : in.items("Filters")) {
    Filter filter{given.text("Key"), {}};
    for (const Value& value : given.items("Values")) filter.values.push_back(value.as_text());
    filters.push_back(std::move(filter));
  }
  for (const Filter& filter : filters)
    if (!filter.key.starts_with("tag:") && std::ranges::find(known, filter.key) == known.end())
      return fault("InvalidFilterKey", fmt::format("The filter key {} is not valid.", filter.key));
  return filters;
}

bool passes(const Filter& filter, const Document& document) {
  return std::ranges::any_of(filter.values, [&](const std::string& value) {
    const bool amazon = document.owner == "Amazon";
    if (filter.key == "Owner")
      return value == "All" || (value == "Self" && !amazon) || (value == "Private" && !amazon) ||
             (value == "Public" && amazon) || value == document.owner;
    if (filter.key == "Name") return document.name.starts_with(value);
    if (filter.key == "DocumentType") return document.type == value;
    if (filter.key == "TargetType") return document.target_type == value;
    if (filter.key == "SearchKeyword")
      return lower(document.name).find(lower(value)) != std::string::npos;
    if (filter.key.starts_with("tag:")) {
      auto tag = document.tags.find(filter.key.substr(4));
      return tag != document.tags.end() && tag->second == value;
    }
    return std::ranges::any_of(platforms().as_list(),
                               [&](const Value& platform) { return platform == Value(value); });
  });
}

}  // namespace

Result<Value> list_documents(Call& call, const Value& in) {
  std::vector<Filter> filters = TRY(read_filters(in));
  std::map<std::string_view, const Document*> all;
  for (const auto& [name, document] : amazon_documents()) all[name] = &document;
  for (const auto& [name, document] : call.own_region().ssm.documents) all[name] = document.get();
  std::vector<std::string> names;
  for (const auto& [name, document] : all)
    if (std::ranges::all_of(filters, [&](const Filter& f) { return passes(f, *document); }))
      names.emplace_back(name);
  Page shown = TRY(page(in, names, 50));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    const Document& document = *all[names[i]];
    const DocumentVersion* version = find_version(document, {});
    if (!version) version = &document.versions.back();
    Object full = describe(document, *version);
    Object row;
    for (const char* member : {"Name", "CreatedDate", "DisplayName", "Owner", "VersionName",
                               "PlatformTypes", "DocumentVersion", "DocumentType", "SchemaVersion",
                               "DocumentFormat", "TargetType", "Tags"})
      if (const Value* value = full.find(member)) row.append(member, *value);
    rows.push_back(std::move(row));
  }
  Object out{{"DocumentIdentifiers", std::move(rows)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return out;
}

}  // namespace stint::cloud::ssm
