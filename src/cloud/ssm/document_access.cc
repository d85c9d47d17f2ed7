// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/document_access.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/tags.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {
namespace {

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

/// What the versions of a document that have been reviewed say of it.
void add_reviews(const Document& document, const DocumentVersion& version, Object& out) {
  if (version.reviews.empty()) return;
  const DocumentReview& last = version.reviews.back();
  out.append("ReviewInformation",
             Value::list({object({{"ReviewedTime", iso8601(last.created, true)},
                                  {"Status", last.status},
                                  {"Reviewer", last.reviewer}})}));
  out.append("ReviewStatus", last.status);
  for (const DocumentVersion& one : document.versions) {
    if (review_status(one) == "APPROVED") out.set("ApprovedVersion", one.version);
    if (review_status(one) == "PENDING") out.set("PendingReviewVersion", one.version);
  }
}

}  // namespace

std::string review_status(const DocumentVersion& version) {
  return version.reviews.empty() ? "" : version.reviews.back().status;
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

Result<Seen> see(Call& call, const Value& in) {
  const UsableDocument usable = find_usable(call.state, call.account, call.region, in.text("Name"));
  const Document* document = usable.document;
  if (!document) return no_document(in.text("Name"));
  if (const std::string& name = in.text("VersionName"); !name.empty()) {
    auto named = std::ranges::find(document->versions, name, &DocumentVersion::version_name);
    if (named == document->versions.end() || !usable.shows(named->version))
      return no_version(name, *document);
    return Seen{document, &*named};
  }
  const DocumentVersion* version = usable.find(in.text("DocumentVersion"));
  if (!version) return no_version(in.text("DocumentVersion"), *document);
  return Seen{document, version};
}

Result<Document*> own(Call& call, const Value& in) {
  const UsableDocument usable = find_usable(call.state, call.account, call.region, in.text("Name"));
  if (!usable.document) return no_document(in.text("Name"));
  if (usable.document->owner == "Amazon")
    return fault("InvalidDocumentOperation",
                 fmt::format("Document {} is owned by Amazon: it can be neither changed nor "
                             "deleted.",
                             usable.document->name));
  if (usable.foreign)
    return fault("InvalidDocumentOperation",
                 fmt::format("Document {} belongs to another account, which shares it: it can be "
                             "neither changed nor deleted.",
                             usable.document->name));
  return call.own_region().ssm.documents.edit(usable.document->name);
}

std::vector<std::string> platforms_of(std::span<const std::string> plugins) {
  bool shell = false, windows = false, other = false;
  for (std::string_view plugin : plugins) {
    if (plugin == "aws:runShellScript") {
      shell = true;
    } else if (plugin == "aws:runPowerShellScript" || plugin == "aws:applications" ||
               plugin == "aws:psModule" || plugin == "aws:cloudWatch") {
      windows = true;
    } else {
      other = true;
    }
  }
  if (other || shell == windows) return {"Windows", "Linux", "MacOS"};
  if (windows) return {"Windows"};
  return {"Linux", "MacOS"};
}

std::vector<std::string> platforms_of(const Document& document, const Value& content) {
  std::vector<std::string> plugins;
  if (document.type == "Command") {
    for (const Value& step : content.items("mainSteps")) plugins.push_back(step.text("action"));
    if (const Value& named = content["runtimeConfig"]; named.is_object())
      for (const auto& [plugin, inputs, where] : named.as_object()) plugins.push_back(plugin);
  }
  return platforms_of(plugins);
}

Object describe_document_version(const Document& document, const DocumentVersion& version) {
  auto content = parse_json_or_yaml(version.content);
  const Value read = content ? std::move(*content) : Value();
  const std::vector<std::string> platforms = platforms_of(document, read);
  Object out{{"Hash", version.hash},
             {"HashType", "Sha256"},
             {"Name", document.name},
             {"Owner", document.owner},
             {"CreatedDate", iso8601(version.created, true)},
             {"Status", "Active"},
             {"DocumentVersion", version.version},
             {"Description", read.text("description")},
             {"Parameters", parameters_of(read)},
             {"PlatformTypes", Value(Value::List(platforms.begin(), platforms.end()))},
             {"DocumentType", document.type},
             {"SchemaVersion", schema_of(read)},
             {"LatestVersion", document.versions.back().version},
             {"DefaultVersion", document.default_version},
             {"DocumentFormat", version.format},
             {"Tags", tag_list(document.tags)}};
  if (!version.version_name.empty()) out.append("VersionName", version.version_name);
  if (!document.target_type.empty()) out.append("TargetType", document.target_type);
  if (!document.display_name.empty()) out.append("DisplayName", document.display_name);
  add_reviews(document, version, out);
  return out;
}

}  // namespace stint::cloud::ssm
