// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/document.h"

/// What reading Automation and Command documents share: places in sentences, lenient scalars.
namespace stint::document {

class Reader {
 public:
  Reader(std::string_view source_name, std::vector<Remark>* remarks)
      : source_(source_name), remarks_(remarks) {}

  /// The text as a Value; errors begin with "FILE:LINE:COL: ".
  Result<Value> read(std::string_view text) const;

  /// Names the step in every sentence until the guard ends.
  class InStep {
   public:
    InStep(Reader& reader, std::string_view name) : reader_(reader), before_(reader.step_) {
      reader.step_ = name;
    }
    InStep(const InStep&) = delete;
    InStep& operator=(const InStep&) = delete;
    ~InStep() { reader_.step_ = before_; }

   private:
    Reader& reader_;
    std::string before_;
  };

  /// An Error with name InvalidDocumentContent: "FILE:LINE:COL: step NAME: sentence".
  std::unexpected<Error> error(Where where, std::string_view sentence) const;
  void remark(Where where, std::string_view sentence) const;

  /// Scalars become text: YAML authors leave quotes out. Errors name `what`.
  Result<std::string> text(const Value& value, std::string_view what) const;
  /// true, false, or the same as text.
  Result<std::optional<bool>> flag(const Value& value, std::string_view what) const;
  /// An integer, or digits as text. None (with a remark) when it is a template: references are not
  /// resolved in properties (R1).
  Result<std::optional<std::int64_t>> integer(const Value& value, std::string_view what) const;
  Result<std::vector<Parameter>> parameters(const Value& map) const;

 private:
  Result<Parameter> parameter(std::string_view name, const Value& definition, Where where) const;
  Result<void> property(Parameter& out, std::string_view key, const Value& value) const;
  Result<void> default_value(Parameter& out, const Value& written) const;

  std::string source_;
  std::string step_;
  std::vector<Remark>* remarks_;
};

}  // namespace stint::document
