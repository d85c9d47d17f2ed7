// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Finding documents and their versions.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/cloud.h"
#include "cloud/ssm/documents.h"

namespace stint::cloud::ssm {

std::string_view document_name(std::string_view name_or_arn) {
  constexpr std::string_view mark = ":document/";
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  std::size_t at = name_or_arn.find(mark);
  return at == name_or_arn.npos ? name_or_arn : name_or_arn.substr(at + mark.size());
}

const Document* find_document(const State& ssm, std::string_view name) {
  name = document_name(name);
  if (const Document* own = ssm.documents.find(name)) return own;
  auto amazon = amazon_documents().find(name);
  return amazon == amazon_documents().end() ? nullptr : &amazon->second;
}

const DocumentVersion* find_version(const Document& document, std::string_view version) {
  if (document.versions.empty()) return nullptr;
  if (version == "$LATEST") return &document.versions.back();
  if (version.empty() || version == "$DEFAULT") version = document.default_version;
  auto found = std::ranges::find(document.versions, version, &DocumentVersion::version);
  return found == document.versions.end() ? nullptr : &*found;
}

std::string document_arn(const State* ssm, std::string_view region, std::string_view account,
                         std::string_view name) {
  name = document_name(name);
  const Document* document = ssm ? find_document(*ssm, name) : nullptr;
  if (!document && !ssm && amazon_documents().contains(name)) account = {};
  if (document && document->owner == "Amazon") account = {};
  return fmt::format("arn:aws:ssm:{}:{}:document/{}", region, account, name);
}

Result<FoundDocument> Documents::find(std::string_view name, std::string_view version) const {
  const Document* document = find_document(ssm_, name);
  if (!document)
    return fault("InvalidDocument",
                 fmt::format("Document with name {} does not exist.", document_name(name)), 400,
                 Code::not_found);
  const DocumentVersion* found = find_version(*document, version);
  if (!found)
    return fault(
        "InvalidDocumentVersion",
        fmt::format("Document version {} does not exist for document {}.", version, document->name),
        400, Code::not_found);
  return FoundDocument{.name = document->name,
                       .type = document->type,
                       .owner = document->owner,
                       .version = found->version,
                       .content = found->content,
                       .format = found->format};
}

}  // namespace stint::cloud::ssm
