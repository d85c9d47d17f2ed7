// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "cloud/cloud.h"
#include "cloud/ssm/documents.h"

/// The documents that operations name, and how they are described.
namespace stint::cloud::ssm {

struct Seen {
  const Document* document;
  const DocumentVersion* version;
};
/// The document and version (DocumentVersion or VersionName) that an input names: the account's
/// own, Amazon's, or one that another account shares with it, by its ARN. Errors: InvalidDocument,
/// InvalidDocumentVersion.
Result<Seen> see(Call& call, const Value& in);

/// The account's own document, to change it. Errors: InvalidDocument, InvalidDocumentOperation for
/// one of Amazon's or of another account.
Result<Document*> own(Call& call, const Value& in);

std::unexpected<Error> no_document(std::string_view name);
std::unexpected<Error> no_version(std::string_view version, const Document& document);

/// The AWS structure DocumentDescription.
Object describe_document_version(const Document& document, const DocumentVersion& version);

/// The platforms that a document can run on, by its plugins.
std::vector<std::string> platforms_of(const Document& document, const Value& content);
std::vector<std::string> platforms_of(std::span<const std::string> plugins);

/// "PENDING", "APPROVED", "REJECTED", or empty: nobody has asked for a review.
std::string review_status(const DocumentVersion& version);

}  // namespace stint::cloud::ssm
