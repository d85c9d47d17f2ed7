// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Finding documents and their versions.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
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

bool UsableDocument::shows(std::string_view version) const {
  if (!foreign || shared == "$ALL") return true;
  const DocumentVersion* one = find_version(*document, shared);
  return one && one->version == version;
}

const DocumentVersion* UsableDocument::find(std::string_view version) const {
  if (foreign && shared != "$ALL" && (version.empty() || version == "$DEFAULT")) version = shared;
  const DocumentVersion* found = find_version(*document, version);
  return found && shows(found->version) ? found : nullptr;
}

UsableDocument find_usable(const cloud::State& state, std::string_view account,
                           std::string_view region, std::string_view name) {
  auto ssm_of = [&](std::string_view id) -> const State* {
    auto found = state.accounts.find(id);
    if (found == state.accounts.end()) return nullptr;
    auto place = found->second.regions.find(region);
    return place == found->second.regions.end() ? nullptr : &place->second.ssm;
  };
  std::string_view owner;
  if (name.starts_with("arn:")) {
    auto parts = split(name, ':');
    if (parts.size() < 6 || parts[3] != region) return {};
    owner = parts[4];
  }
  if (owner.empty() || owner == account) {
    static const State none;
    const State* ssm = ssm_of(account);
    return {.document = find_document(ssm ? *ssm : none, name), .shared = {}};
  }
  const State* ssm = ssm_of(owner);
  const Document* document = ssm ? ssm->documents.find(document_name(name)) : nullptr;
  if (!document) return {};
  auto share = document->shared.find(std::string(account));
  if (share == document->shared.end()) share = document->shared.find("all");
  if (share == document->shared.end()) return {};
  return {.document = document, .foreign = true, .shared = share->second};
}

std::string document_arn(const State* ssm, std::string_view region, std::string_view account,
                         std::string_view name) {
  if (name.starts_with("arn:")) return std::string(name);
  const Document* document = ssm ? find_document(*ssm, name) : nullptr;
  if (!document && !ssm && amazon_documents().contains(name)) account = {};
  if (document && document->owner == "Amazon") account = {};
  return fmt::format("arn:aws:ssm:{}:{}:document/{}", region, account, name);
}

Documents::Documents(const cloud::State& state, std::string account, std::string region)
    : ssm_(state.accounts.find(account)->second.regions.find(region)->second.ssm),
      all_(&state),
      account_(std::move(account)),
      region_(std::move(region)) {}

Result<FoundDocument> Documents::find(std::string_view name, std::string_view version) const {
  const UsableDocument usable = all_ ? find_usable(*all_, account_, region_, name)
                                     : UsableDocument{find_document(ssm_, name), false, {}};
  const Document* document = usable.document;
  if (!document)
    return fault("InvalidDocument",
                 fmt::format("Document with name {} does not exist.", document_name(name)), 400,
                 Code::not_found);
  const DocumentVersion* found = usable.find(version);
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
                       .format = found->format,
                       .hash = found->hash};
}

}  // namespace stint::cloud::ssm
