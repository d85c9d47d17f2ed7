// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The operations on documents (spec/ssm-automation.md 5.8).
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/ssm/document_access.h"
#include "cloud/ssm/document_check.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/tags.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {
namespace {

/// Right after a change SSM has not read the content yet (C-73): the answer says so.
Value answer(const Document& document, const DocumentVersion& version, std::string_view status) {
  Object described = describe_document_version(document, version);
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

constexpr std::size_t most_documents = 500, most_document_versions = 1000;

/// Prefixes that are AWS's own (spec/ssm-automation.md 1.1).
bool reserved_name(std::string_view name) {
  const std::string low = lower(name);
  return std::ranges::any_of(std::initializer_list<std::string_view>{"amazon", "amzn", "aws"},
                             [&](std::string_view prefix) { return low.starts_with(prefix); });
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
  if (!in.items("Attachments").empty())
    return fault("ValidationException",
                 "Attachments are not supported here: a document's content must hold all of it.");
  State& ssm = call.own_region().ssm;
  if (find_document(ssm, name))
    return fault("DocumentAlreadyExists",
                 fmt::format("Document with same name {} already exists", name), 400,
                 Code::conflict);
  if (reserved_name(name))
    return fault("ValidationException", fmt::format("Invalid document name {}", name));
  Document document{.name = name, .owner = call.account, .target_type = in.text("TargetType")};
  if (!in.text("DocumentType").empty()) document.type = in.text("DocumentType");
  document.display_name = in.text("DisplayName");
  std::string format = in.text("DocumentFormat").empty() ? "JSON" : in.text("DocumentFormat");
  TRY(check_document(call, name, document.type, format, in.text("Content")));
  if (ssm.documents.size() >= most_documents)
    return fault("DocumentLimitExceeded", "You can have at most 500 active SSM documents.", 400,
                 Code::conflict);
  if (!in.items("Tags").empty()) {
    TRY(call.authorise("ssm:AddTagsToResource",
                       document_arn(&ssm, call.region, call.account, name)));
    TRY(add_tags(document.tags, in.items("Tags")));
  }
  document.last_version = 1;
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
  if (document->versions.size() >= most_document_versions)
    return fault("DocumentVersionLimitExceeded",
                 "The document has too many versions. Delete one or more document versions and try "
                 "again.",
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
  document->last_version =
      std::max<int>(document->last_version, static_cast<int>(to_integer(latest).value_or(0))) + 1;
  std::string number = std::to_string(document->last_version);
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
  if (!document->shared.empty())
    return fault("InvalidDocumentOperation",
                 "You attempted to delete a document while it is still shared. You must stop "
                 "sharing the document before you can delete it.",
                 400, Code::conflict);
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
  return object({{"Document", describe_document_version(*seen.document, *seen.version)}});
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
  if (std::string status = review_status(*seen.version); !status.empty())
    out.append("ReviewStatus", std::move(status));
  return out;
}

}  // namespace stint::cloud::ssm
