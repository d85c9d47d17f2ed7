// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The review of documents: UpdateDocumentMetadata and ListDocumentMetadataHistory.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/document_access.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/page.h"

namespace stint::cloud::ssm {

Result<Value> update_document_metadata(Call& call, const Value& in) {
  Seen seen = TRY(see(call, in));
  const std::string number = seen.version->version;
  const std::string before = review_status(*seen.version);
  Document* document = TRY(own(call, in));
  const Value& review = in["DocumentReviews"];
  const std::string& action = review.text("Action");
  DocumentReview made{.reviewer = call.caller.principal.arn, .created = call.now};
  for (const Value& comment : review.items("Comment"))
    made.comment += (made.comment.empty() ? "" : "\n") + comment.text("Content");
  if (action == "SendForReview") {
    made.status = "PENDING";
  } else if (action == "UpdateReview" || action == "Approve" || action == "Reject") {
    if (before != "PENDING")
      return fault(
          "InvalidDocumentOperation",
          fmt::format("Version {} of document {} is not being reviewed. Send it for review "
                      "first.",
                      number, document->name),
          400, Code::conflict);
    made.status = action == "Approve" ? "APPROVED" : action == "Reject" ? "REJECTED" : "PENDING";
  } else {
    return fault("ValidationException", fmt::format("The review action {} is not valid.", action));
  }
  std::ranges::find(document->versions, number, &DocumentVersion::version)
      ->reviews.push_back(std::move(made));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> list_document_metadata_history(Call& call, const Value& in) {
  if (in.text("Metadata") != "DocumentReviews")
    return fault("ValidationException",
                 fmt::format("The type of metadata {} is not valid.", in.text("Metadata")));
  Seen seen = TRY(see(call, in));
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < seen.version->reviews.size(); ++i) ids.push_back(std::to_string(i));
  Page shown = TRY(page(in, ids, 50));
  Value::List rows;
  for (std::size_t i = shown.first; i < shown.end; ++i) {
    const DocumentReview& review = seen.version->reviews[i];
    Value::List comments;
    if (!review.comment.empty())
      comments.push_back(object({{"Type", "Comment"}, {"Content", review.comment}}));
    rows.push_back(object({{"CreateTime", iso8601(review.created, true)},
                           {"UpdatedTime", iso8601(review.created, true)},
                           {"ReviewStatus", review.status},
                           {"Comment", std::move(comments)},
                           {"Reviewer", review.reviewer}}));
  }
  Object out{{"Name", seen.document->name},
             {"DocumentVersion", seen.version->version},
             {"Author", seen.document->owner},
             {"Metadata", object({{"ReviewerResponse", std::move(rows)}})}};
  if (!shown.next.empty()) out.append("NextToken", shown.next);
  return Value(std::move(out));
}

}  // namespace stint::cloud::ssm
