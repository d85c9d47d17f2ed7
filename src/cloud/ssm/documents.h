// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "cloud/ssm/state.h"
#include "value/value.h"

/// The documents that an account can use: its own, and Amazon's, which come with the program.
namespace stint::cloud {
struct State;
}

namespace stint::cloud::ssm {

/// Amazon's documents, by name. Never changes.
const std::map<std::string, Document, std::less<>>& amazon_documents();

/// A document by name or ARN: the account's own (a world file may bring a name of Amazon's), else
/// Amazon's; nullptr: none. Valid until the next change of the table.
const Document* find_document(const State& ssm, std::string_view name);

/// The document name of an ARN ("arn:aws:ssm:us-west-2::document/AWS-RunShellScript"), or the name
/// itself.
std::string_view document_name(std::string_view name_or_arn);

/// "" and "$DEFAULT" mean the default version, "$LATEST" the newest; nullptr: there is none.
const DocumentVersion* find_version(const Document& document, std::string_view version);

/// A document with what an account may see of it.
struct UsableDocument {
  const Document* document = nullptr;
  bool foreign = false;  ///< another account shares it
  std::string shared;    ///< foreign: "$DEFAULT", "$LATEST" or "$ALL"
  bool shows(std::string_view version) const;
  /// As find_version, among the versions that are shown.
  const DocumentVersion* find(std::string_view version) const;
};
/// By name or ARN: as find_document, and by its ARN a document that another account shares with
/// this one. Valid until the next change of the tables.
UsableDocument find_usable(const cloud::State& state, std::string_view account,
                           std::string_view region, std::string_view name);

/// "arn:aws:ssm:REGION:ACCOUNT:document/NAME", with no account for Amazon's; an ARN stays what it
/// is.
std::string document_arn(const State* ssm, std::string_view region, std::string_view account,
                         std::string_view name);

/// One version of a document, as whoever runs it needs it.
struct FoundDocument {
  std::string name, type, owner;  ///< owner "Amazon" or the account id
  std::string version;            ///< "1"
  std::string content, format, hash;
};

/// The documents of one account in one Region, for reading.
class Documents {
 public:
  explicit Documents(const State& ssm) : ssm_(ssm) {}
  /// Those that other accounts share with this one, too. The Region must be there.
  Documents(const cloud::State& state, std::string account, std::string region);
  /// Errors: InvalidDocument (Code::not_found), InvalidDocumentVersion.
  Result<FoundDocument> find(std::string_view name, std::string_view version = {}) const;

 private:
  const State& ssm_;
  const cloud::State* all_ = nullptr;
  std::string account_, region_;
};

}  // namespace stint::cloud::ssm
