// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// ModifyDocumentPermission and DescribeDocumentPermission (User Guide, "Sharing SSM documents"):
// documents are shared with accounts of the same world, in the same Region.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "cloud/ssm/document_access.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"
#include "cloud/ssm/settings.h"

namespace stint::cloud::ssm {
namespace {

constexpr std::size_t most_accounts = 1000, most_public = 5;

bool account_id(std::string_view id) {
  return id.size() == 12 && std::ranges::all_of(id, [](char c) {
           return std::isdigit(static_cast<unsigned char>(c)) != 0;
         });
}

Result<std::vector<std::string>> read_accounts(const Value& in, const char* member) {
  std::vector<std::string> ids;
  for (const Value& given : in.items(member)) {
    std::string id = document::render(given);
    if (id == "All") id = "all";
    if (id != "all" && !account_id(id))
      return fault(
          "ValidationException",
          fmt::format("The account ID {} is not valid. Use an AWS account ID, or all.", id));
    ids.push_back(std::move(id));
  }
  return ids;
}

Result<void> check_type(const Value& in) {
  if (in.text("PermissionType") == "Share") return {};
  return fault("InvalidPermissionType",
               "The permission type isn't supported. Share is the only supported permission type.");
}

std::size_t public_documents(const State& ssm) {
  std::size_t count = 0;
  for (const auto& [name, document] : ssm.documents) count += document->shared.contains("all");
  return count;
}

}  // namespace

Result<Value> modify_document_permission(Call& call, const Value& in) {
  TRY(check_type(in));
  std::vector<std::string> add = TRY(read_accounts(in, "AccountIdsToAdd"));
  std::vector<std::string> remove = TRY(read_accounts(in, "AccountIdsToRemove"));
  Document* document = TRY(own(call, in));
  std::string version = in.text("SharedDocumentVersion");
  if (version.empty()) version = "$DEFAULT";
  if (version != "$DEFAULT" && version != "$LATEST" && version != "$ALL")
    return fault("ValidationException",
                 fmt::format("The shared document version {} is not valid. Use $DEFAULT, $LATEST "
                             "or $ALL.",
                             version));
  std::map<std::string, std::string> shared = document->shared;
  for (const std::string& id : add) {
    if (id == call.account) continue;  // the owner has it anyway
    if (id == "all" && !shared.contains(id)) {
      const State& ssm = call.own_region().ssm;
      if (setting_value(ssm, "/ssm/documents/console/public-sharing-permission") == "Disable")
        return fault("InvalidDocumentOperation",
                     "Public sharing of documents is turned off for this account. Change the "
                     "service setting /ssm/documents/console/public-sharing-permission first.");
      if (public_documents(ssm) >= most_public)
        return fault("DocumentLimitExceeded",
                     "You can share at most 5 documents publicly in an account and Region.", 400,
                     Code::conflict);
    }
    shared[id] = version;
  }
  for (const std::string& id : remove) shared.erase(id);  // the stronger one
  if (shared.size() > most_accounts)
    return fault("DocumentPermissionLimit",
                 "The document can't be shared with more Amazon Web Services accounts. You can "
                 "specify a maximum of 20 accounts per API operation to share a private document. "
                 "By default, you can share a private document with a maximum of 1,000 accounts "
                 "and publicly share up to five documents. If you need to increase the quota for "
                 "privately or publicly shared Systems Manager documents, contact Amazon Web "
                 "Services Support.",
                 400, Code::conflict);
  if (shared != document->shared) call.effect = "changed";
  document->shared = std::move(shared);
  return Value(Object());
}

Result<Value> describe_document_permission(Call& call, const Value& in) {
  TRY(check_type(in));
  Document* document = TRY(own(call, in));
  std::vector<std::string> ids;
  for (const auto& [id, version] : document->shared) ids.push_back(id);
  Page shown = TRY(page(in, ids, 200));
  Value::List accounts, rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    accounts.push_back(ids[i]);
    rows.push_back(object(
        {{"AccountId", ids[i]}, {"SharedDocumentVersion", document->shared.find(ids[i])->second}}));
  }
  Object out{{"AccountIds", std::move(accounts)}, {"AccountSharingInfoList", std::move(rows)}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm
