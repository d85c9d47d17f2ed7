// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "document/check.h"
#include "document/reading.h"

/// Runbooks from their text: shape and types of every key (spec 1.2, 1.4, 2.1). What ties keys
/// together is in check.cc.
namespace stint::document {

std::unexpected<Error> Reporter::error(Where where, std::string_view sentence) const {
  std::string text = source_;
  if (where.line) text += ':' + std::to_string(where.line) + ':' + std::to_string(where.column);
  text += ": ";
  text += sentence;
  return fail(Error{Code::invalid, "InvalidDocumentContent", std::move(text), 400});
}
std::unexpected<Error> Reporter::error(Where where, std::string_view step,
                                       std::string_view sentence) const {
  return error(where, "step " + std::string(step) + ": " + std::string(sentence));
}
void Reporter::remark(Where where, std::string sentence) const {
  if (remarks_) remarks_->push_back({where, std::move(sentence)});
}

std::optional<bool> as_flag(const Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_text() && equals_ignore_case(value.as_text(), "true")) return true;
  if (value.is_text() && equals_ignore_case(value.as_text(), "false")) return false;
  return {};
}
std::optional<std::int64_t> as_count(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  if (value.is_text()) return to_integer(trim(value.as_text()));
  return {};
}

namespace {

class Parser {
 public:
  Parser(const ParseOptions& options, const Reporter& report)
      : options_(options), report_(report) {}

  Result<Document> document(const Value& content) {
    Document out;
    out.source_name = report_.source();
    if (!content.is_object())
      return report_.error(content.where(), "a runbook is a map of keys, this is " +
                                                std::string(stint::to_string(content.kind())));
    TRY(schema_version(content));
    for (const auto& [key, value, where] : content.as_object()) {
      if (key == "schemaVersion") continue;
      if (key == "description") {
        if (value.is_text()) out.description = value.as_text();
      } else if (key == "assumeRole") {
        if (!value.is_text() && !value.is_null())
          return report_.error(value.where(), "assumeRole must be text.");
        out.assume_role = Template::compile(value);
      } else if (key == "parameters") {
        TRY(parameters(value, out));
      } else if (key == "variables") {
        TRY(variables(value, out));
      } else if (key == "mainSteps") {
        if (!value.is_list()) return report_.error(value.where(), "mainSteps must be a list.");
        out.steps = TRY(steps(value, 0));
      } else if (key == "outputs") {
        if (!value.is_list()) return report_.error(value.where(), "outputs must be a list.");
        for (const Value& output : value.as_list()) {
          if (!output.is_text())
            return report_.error(output.where(), "an output is text of the form step.Output.");
          out.outputs.push_back(output.as_text());
        }
      } else if (key == "files") {
        out.files = value;
      } else {
        return report_.error(where, "Unknown property \"" + key + "\"");
      }
    }
    if (out.steps.empty())
      return report_.error(content.where(), "Missing \"mainSteps\" in the document.");
    return out;
  }

 private:
  Result<void> schema_version(const Value& content) {
    const Value* version = content.find("schemaVersion");
    if (!version)
      return report_.error(content.where(), "Missing \"schemaVersion\" in the document.");
    if (version->is_number())  // C-01
      report_.remark(version->where(), "schemaVersion should be the text \"0.3\"");
    if (render(*version) != "0.3")
      return report_.error(version->where(), render(*version) +
                                                 " is not a valid schema version for Automation "
                                                 "document type");
    return {};
  }

  Result<void> parameters(const Value& value, Document& out) {
    if (value.is_null()) return {};
    if (!value.is_object()) return report_.error(value.where(), "parameters must be a map.");
    for (const auto& [name, definition, where] : value.as_object()) {
      Parameter parameter = TRY(parse_parameter(report_, name, definition, where));
      out.parameters.push_back(std::move(parameter));
    }
    return {};
  }

  Result<void> variables(const Value& value, Document& out) {
    if (value.is_null()) return {};
    if (!value.is_object()) return report_.error(value.where(), "variables must be a map.");
    for (const auto& [name, definition, where] : value.as_object()) {
      std::optional<TypeName> type = find_type(definition.text("type"));
      if (!type || type->aws)
        return report_.error(where, "variable \"" + name + "\" needs one of the six plain types.");
      Variable variable{.name = name, .type = type->type, .default_value = {}, .where = where};
      if (const Value* initial = definition.find("default")) {
        std::optional<Value> typed = typed_parameter(*initial, type->type);
        if (!typed || !has_type(*initial, type->type))
          return report_.error(initial->where(),
                               "Wrong default value for variable \"" + name + "\".");
        variable.default_value = std::move(*typed);
      }
      out.variables.push_back(std::move(variable));
    }
    return {};
  }

  Result<std::vector<Step>> steps(const Value& list, int depth) {
    std::vector<Step> out;
    for (const Value& item : list.as_list()) {
      Step step = TRY(this->step(item, depth));
      out.push_back(std::move(step));
    }
    return out;
  }

  Result<Step> step(const Value& value, int depth) {
    if (!value.is_object()) return report_.error(value.where(), "a step is a map of keys.");
    Step out;
    out.where = value.where();
    const Value* name = value.find("name");
    if (!name || !name->is_text() || name->as_text().empty())
      return report_.error(value.where(), "Missing \"name\" in step detail.");
    out.name = name->as_text();
    out.where = name->where();
    const auto error = [&](const Value& at, std::string_view sentence) {
      return report_.error(at.where().line ? at.where() : out.where, out.name, sentence);
    };
    if (!std::ranges::all_of(out.name,
                             [](unsigned char c) { return std::isalnum(c) || c == '_'; }) ||
        out.name.size() > 128)
      return error(*name, "StepName: " + out.name + " is invalid.");
    const Value* action = value.find("action");
    if (!action || !action->is_text()) return error(value, "Missing \"action\" in step detail.");
    out.action = action->as_text();
    const ActionSpec* spec = nullptr;
    if (options_.find_action) {
      spec = options_.find_action(out.action);
      if (!spec && !options_.amazon_owned) return error(*action, "Unknown action: " + out.action);
    }
    out.inputs = Template::compile(Value(Object()).at(out.where));
    for (const auto& [key, member, where] : value.as_object()) {
      if (key == "name" || key == "action") continue;
      if (key == "description") {
        if (member.is_text()) out.description = member.as_text();
      } else if (key == "inputs") {
        if (member.is_null()) continue;
        if (!member.is_object()) return error(member, "inputs must be a map.");
        if (out.action == "aws:loop") {
          if (const Value* body = member.find("Steps"); body && body->is_list()) {
            if (depth > 0) return error(member, "loops may not be nested.");  // C-41
            out.body = TRY(steps(*body, depth + 1));
          }
          Value rest = member;  // the body is read as steps, not as inputs with references
          rest.edit_object().erase("Steps");
          out.inputs = Template::compile(rest);
        } else {
          out.inputs = Template::compile(member);
        }
      } else if (key == "outputs") {
        TRY(outputs(member, out, spec));
      } else if (key == "onFailure") {
        out.on_failure_written = true;
        out.on_failure = TRY(jump(member, out, "onFailure"));
      } else if (key == "onCancel") {
        out.on_cancel = TRY(jump(member, out, "onCancel"));
      } else if (key == "isCritical" || key == "isEnd") {
        std::optional<bool> flag = as_flag(member);
        if (!flag) return error(member, key + " must be true or false.");
        if (key == "isEnd")
          out.is_end = *flag;
        else
          out.is_critical = flag;
      } else if (key == "nextStep") {
        if (!member.is_text()) return error(member, "nextStep must be the name of a step.");
        out.next_step = member.as_text();
      } else if (key == "maxAttempts") {
        std::optional<std::int64_t> count = as_count(member);
        if (!count || *count < 1 || *count > 1'000'000)
          return error(member, "maxAttempts must be an integer of at least 1.");
        out.max_attempts = static_cast<int>(*count);
      } else if (key == "timeoutSeconds") {
        std::optional<std::int64_t> seconds = as_count(member);
        if (!seconds || *seconds < 1 || *seconds > 1'000'000'000)
          return error(member, "timeoutSeconds must be an integer of at least 1.");
        out.timeout_seconds = seconds;
      } else {
        return report_.error(where, out.name, "Unknown property \"" + key + "\"");  // C-04
      }
    }
    if (spec) TRY(inputs(value, out, *spec));
    return out;
  }

  Result<void> inputs(const Value& value, const Step& step, const ActionSpec& spec) {
    const Value& inputs = value["inputs"];
    const Where where = inputs.where().line ? inputs.where() : step.where;
    std::string provided;
    if (inputs.is_object())
      for (const auto& [key, member, key_where] : inputs.as_object()) {
        provided += (provided.empty() ? "" : ", ") + key;
        if (spec.open_inputs ||
            std::ranges::find(spec.inputs, key, &InputSpec::name) != spec.inputs.end())
          continue;
        // AWS refuses; public documents have such inputs all the same (corpus-findings).
        report_.remark(key_where, "step " + step.name + ": " + std::string(spec.name) +
                                      " has no input \"" + key + "\"; it is ignored");
      }
    std::string required;
    bool missing = false;
    for (const InputSpec& input : spec.inputs) {
      if (!input.required) continue;
      required += (required.empty() ? "" : ", ") + std::string(input.name);
      missing = missing || !inputs.find(input.name);
    }
    if (missing)
      return report_.error(where, step.name,
                           "Missing required input names. Required=[ [" + required +
                               "] ], Provided =[ [" + provided + "] ].");
    return {};
  }

  Result<void> outputs(const Value& value, Step& step, const ActionSpec* spec) {
    if (value.is_null()) return {};
    if (!value.is_list()) return report_.error(value.where(), step.name, "outputs must be a list.");
    for (const Value& item : value.as_list()) {
      Output out;
      out.where = item.where();
      out.name = item.text("Name");
      if (out.name.empty() || !item["Selector"].is_text())
        return report_.error(item.where(), step.name, "an output needs Name and Selector.");
      Result<Selector> selector = Selector::parse(item.text("Selector"));
      if (!selector)
        return report_.error(item["Selector"].where(), step.name,
                             "output " + out.name + ": " + selector.error().message);
      out.selector = std::move(*selector);
      if (const Value* type = item.find("Type")) {
        std::optional<TypeName> known = type->is_text() ? find_type(type->as_text()) : std::nullopt;
        if (!known || known->aws)
          return report_.error(
              type->where(), step.name,
              "output " + out.name + ": the type " + render(*type) + " is invalid.");
        out.type = known->type;
      }
      if (spec && std::ranges::find(spec->outputs, out.name) != spec->outputs.end()) {
        std::string reserved;
        for (std::string_view name : spec->outputs)
          reserved += (reserved.empty() ? "" : ", ") + std::string(name);
        return report_.error(item.where(), "In step " + step.name + ", name: " + out.name +
                                               " is conflicting with one of the following reserved "
                                               "output names: [" +
                                               reserved + "]");
      }
      step.outputs.push_back(std::move(out));
    }
    return {};
  }

  Result<Jump> jump(const Value& value, const Step& step, std::string_view property) {
    const std::string text = value.is_text() ? std::string(trim(value.as_text())) : std::string();
    if (text == "Abort") return Jump{};
    if (text == "Continue" && property == "onFailure") return Jump{.kind = Jump::Kind::go_on};
    if (text.starts_with("step:")) {
      Jump jump{.kind = Jump::Kind::step};
      jump.step = trim(std::string_view(text).substr(5));
      return jump;
    }
    return report_.error(value.where(), step.name,
                         std::string(property) + " must be Abort" +
                             (property == "onFailure" ? ", Continue" : "") +
                             " or step:NAME, not \"" + render(value) + "\".");
  }

  const ParseOptions& options_;
  const Reporter& report_;
};

}  // namespace

Result<DocumentPtr> parse_document(const Value& content, const ParseOptions& options,
                                   std::vector<Remark>* remarks) {
  Reporter report(options.source_name, remarks);
  Document document = TRY(Parser(options, report).document(content));
  TRY(bind_and_check(document, options, report));
  return std::make_shared<const Document>(std::move(document));
}

Result<DocumentPtr> parse_document(std::string_view text, const ParseOptions& options,
                                   std::vector<Remark>* remarks) {
  Result<Value> content = parse_json_or_yaml(text, remarks);
  if (!content)
    return fail(Error{Code::invalid, "InvalidDocumentContent",
                      options.source_name + ": " + content.error().message, 400});
  return parse_document(*content, options, remarks);
}

const Step* Document::find_step(std::string_view name) const {
  const std::int32_t at = step_index(name);
  return at < 0 ? nullptr : &steps[static_cast<std::size_t>(at)];
}
std::int32_t Document::step_index(std::string_view name) const {
  auto found = index.find(name);
  return found == index.end() ? -1 : found->second;
}
const Parameter* Document::find_parameter(std::string_view name) const {
  auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

}  // namespace stint::document
