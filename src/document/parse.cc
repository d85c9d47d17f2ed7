// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// The shape of Automation documents. What one part says about another is checked in check.cc.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "document/check.h"
#include "document/document.h"
#include "document/reader.h"
#include "document/typing.h"

namespace stint::document {
namespace {

bool word_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

class Parser {
 public:
  Parser(const ParseOptions& options, std::vector<Remark>* remarks)
      : options_(options), reader_(options.source_name, remarks) {}

  Result<DocumentPtr> parse(std::string_view text) {
    if (text.size() > 64 * 1024)
      reader_.remark({}, "the document is larger than 64 KiB: AWS would refuse it");
    const Value content = TRY(reader_.read(text));
    return parse(content);
  }

  Result<DocumentPtr> parse(const Value& content) {
    if (!content.is_object())
      return reader_.error(content.where(), "A document must be a map with a schemaVersion.");
    auto out = std::make_shared<Document>();
    out->source_name = options_.source_name;
    TRY(schema_version(content));
    for (const Object::Member& member : content.as_object()) TRY(top_level(*out, member));
    if (out->steps.empty())
      return reader_.error(content.where(), "Missing \"mainSteps\" in the document.");
    for (std::size_t i = 0; i < out->steps.size(); ++i)
      out->index.emplace(out->steps[i].name, static_cast<std::int32_t>(i));
    TRY(check_document(*out, options_, reader_));
    return DocumentPtr(std::move(out));
  }

 private:
  Result<void> schema_version(const Value& content) {
    const Value* version = content.find("schemaVersion");
    if (!version)
      return reader_.error(content.where(), "Missing \"schemaVersion\" in the document.");
    const std::string text = TRY(reader_.text(*version, "schemaVersion"));
    if (text != "0.3")
      return reader_.error(version->where(),
                           fmt::format("{} is not a valid schema version for Automation document "
                                       "type",
                                       text));
    if (!version->is_text())
      reader_.remark(version->where(), "schemaVersion should be quoted: \"0.3\"");
    return {};
  }

  Result<void> top_level(Document& out, const Object::Member& member) {
    const auto& [key, value, where] = member;
    if (key == "schemaVersion") return {};
    if (key == "description") {
      out.description = TRY(reader_.text(value, key));
    } else if (key == "assumeRole") {
      TRY(reader_.text(value, key));
      out.assume_role = Template::compile(value);
    } else if (key == "parameters") {
      out.parameters = TRY(reader_.parameters(value));
    } else if (key == "variables") {
      TRY(variables(out, value));
    } else if (key == "mainSteps") {
      out.steps = TRY(steps(value, "mainSteps", false));
    } else if (key == "outputs") {
      TRY(outputs(out, value));
    } else if (key == "files") {
      if (!value.is_object() && !value.is_null())
        return reader_.error(value.where(), "\"files\" must be a map.");
      out.files = value;
    } else {
      // Keys of change templates (document type Automation.ChangeTemplate).
      constexpr std::string_view change_template[] = {"autoApprovable", "emergencyChange",
                                                      "executableRunBooks", "templateInformation"};
      if (std::ranges::find(change_template, key) == std::end(change_template))
        return reader_.error(where, fmt::format("Unknown property \"{}\"", key));
      reader_.remark(where, fmt::format("\"{}\" of a change template has no effect here", key));
    }
    return {};
  }

  Result<void> variables(Document& out, const Value& map) {
    if (map.is_null()) return {};
    if (!map.is_object()) return reader_.error(map.where(), "\"variables\" must be a map.");
    for (const Object::Member& member : map.as_object()) {
      const Value& definition = member.value;
      Variable variable{.name = member.key, .where = member.key_where};
      if (!word_name(member.key) || member.key.empty())
        return reader_.error(member.key_where,
                             fmt::format("Variable name \"{}\" is not alpha-numeric.", member.key));
      const std::string type = TRY(reader_.text(definition["type"], "type"));
      if (type.empty())
        return reader_.error(member.key_where, "Missing \"type\" in variable definition.");
      const auto read = read_plain_type(type);
      if (!read)
        return reader_.error(definition["type"].where(),
                             fmt::format("Variable type: {} is invalid.", type));
      variable.type = *read;
      if (const Value* written = definition.find("default")) {
        variable.default_value = declared_value(*written, variable.type);
        if (!variable.default_value)
          return reader_.error(written->where(),
                               fmt::format("Wrong default value for a \"{}\" variable", type));
      }
      out.variables.push_back(std::move(variable));
    }
    return {};
  }

  Result<void> outputs(Document& out, const Value& list) {
    if (list.is_null()) return {};
    if (list.is_text()) {
      out.outputs.push_back(list.as_text());
      return {};
    }
    if (!list.is_list())
      return reader_.error(list.where(), "\"outputs\" must be a list of \"step.Output\".");
    for (const Value& item : list.as_list()) {
      std::string name = TRY(reader_.text(item, "outputs"));
      if (name.find('.') == name.npos)
        reader_.remark(item.where(),
                       fmt::format("the output {} is not of the form step.Output", name));
      out.outputs.push_back(std::move(name));
    }
    return {};
  }

  Result<std::vector<Step>> steps(const Value& list, std::string_view key, bool in_loop) {
    std::vector<Step> out;
    if (!list.is_list())
      return reader_.error(list.where(), fmt::format("\"{}\" must be a list of steps.", key));
    out.reserve(list.size());
    for (const Value& item : list.as_list()) {
      Step read = TRY(step(item, in_loop));
      out.push_back(std::move(read));
    }
    return out;
  }

  Result<Step> step(const Value& item, bool in_loop) {
    if (!item.is_object()) return reader_.error(item.where(), "A step must be a map.");
    Step out;
    out.where = item.where();
    out.name = TRY(reader_.text(item["name"], "name"));
    if (out.name.empty()) return reader_.error(item.where(), "Missing \"name\" in step detail.");
    if (!word_name(out.name) || out.name.size() > 128)
      return reader_.error(item["name"].where(), fmt::format("StepName: {} is invalid.", out.name));
    const Reader::InStep guard(reader_, out.name);
    out.action = TRY(reader_.text(item["action"], "action"));
    if (out.action.empty())
      return reader_.error(item.where(), "Missing \"action\" in step detail.");
    const bool loop = out.action == "aws:loop";
    if (loop && in_loop)
      return reader_.error(item["action"].where(), "A loop must not stand inside a loop.");
    for (const Object::Member& member : item.as_object()) TRY(step_property(out, member, loop));
    if (out.inputs.source().is_null()) out.inputs = Template::compile(Value(Object()));
    if (out.is_end && !out.next_step.empty())
      return reader_.error(item["nextStep"].where(),
                           "\"isEnd == true\" and nextStep should not exist in same step.");
    return out;
  }

  Result<void> step_property(Step& out, const Object::Member& member, bool loop) {
    const auto& [key, value, where] = member;
    if (key == "name" || key == "action") return {};
    if (key == "description") {
      out.description = TRY(reader_.text(value, key));
    } else if (key == "inputs") {
      TRY(inputs(out, value, loop));
    } else if (key == "outputs") {
      TRY(step_outputs(out, value));
    } else if (key == "onFailure") {
      out.on_failure = TRY(jump(value, key, true));
      out.on_failure_written = true;
    } else if (key == "onCancel") {
      out.on_cancel = TRY(jump(value, key, false));
    } else if (key == "isCritical") {
      out.is_critical = TRY(reader_.flag(value, key));
    } else if (key == "isEnd") {
      const std::optional<bool> end = TRY(reader_.flag(value, key));
      out.is_end = end.value_or(false);
    } else if (key == "nextStep") {
      out.next_step = TRY(reader_.text(value, key));
    } else if (key == "maxAttempts") {
      const std::optional<std::int64_t> attempts = TRY(reader_.integer(value, key));
      out.max_attempts = static_cast<int>(std::clamp<std::int64_t>(attempts.value_or(1), 1, 100));
      if (attempts && *attempts != out.max_attempts)
        reader_.remark(value.where(),
                       fmt::format("maxAttempts {} is read as {}", *attempts, out.max_attempts));
    } else if (key == "timeoutSeconds") {
      out.timeout_seconds = TRY(reader_.integer(value, key));
      if (out.timeout_seconds && *out.timeout_seconds < 1) {
        reader_.remark(value.where(), "timeoutSeconds below 1 is ignored");
        out.timeout_seconds.reset();
      }
    } else {
      return reader_.error(where, fmt::format("Unknown property \"{}\"", key));
    }
    return {};
  }

  Result<void> inputs(Step& out, const Value& value, bool loop) {
    if (value.is_null()) return {};
    if (!value.is_object()) return reader_.error(value.where(), "\"inputs\" must be a map.");
    if (!loop) {
      out.inputs = Template::compile(value);
      return {};
    }
    Value own = value;
    if (const Value* body = value.find("Steps")) {
      out.body = TRY(steps(*body, "Steps", true));
      own.edit_object().erase("Steps");
    }
    if (out.body.empty()) return reader_.error(value.where(), "A loop needs Steps.");
    out.inputs = Template::compile(own);
    return {};
  }

  Result<Jump> jump(const Value& value, std::string_view key, bool may_go_on) {
    const std::string text = TRY(reader_.text(value, key));
    const std::string_view trimmed = trim(text);
    if (trimmed.empty() || equals_ignore_case(trimmed, "Abort")) return Jump{};
    if (equals_ignore_case(trimmed, "Continue")) {
      if (may_go_on) return Jump{.kind = Jump::Kind::go_on};
      reader_.remark(value.where(), fmt::format("{} cannot be Continue: it is read as Abort", key));
      return Jump{};
    }
    if (trimmed.size() > 5 && equals_ignore_case(trimmed.substr(0, 5), "step:"))
      return Jump{.kind = Jump::Kind::step, .step = std::string(trim(trimmed.substr(5)))};
    return reader_.error(
        value.where(),
        fmt::format("{} must be {} but is \"{}\".", key,
                    may_go_on ? "Abort, Continue or step:NAME" : "Abort or step:NAME", text));
  }

  Result<void> step_outputs(Step& out, const Value& list) {
    if (list.is_null()) return {};
    if (!list.is_list())
      return reader_.error(list.where(),
                           "\"outputs\" of a step must be a list of Name, Selector and Type.");
    for (const Value& item : list.as_list()) {
      if (!item.is_object())
        return reader_.error(item.where(), "An output must be a map with Name and Selector.");
      Output output;
      output.where = item.where();
      std::string selector;
      for (const Object::Member& member : item.as_object()) {
        if (member.key == "Name") {
          output.name = TRY(reader_.text(member.value, "Name"));
        } else if (member.key == "Selector") {
          selector = TRY(reader_.text(member.value, "Selector"));
        } else if (member.key == "Type") {
          const std::string type = TRY(reader_.text(member.value, "Type"));
          const auto read = read_plain_type(type);
          if (!read)
            return reader_.error(member.value.where(),
                                 fmt::format("Output type: {} is invalid.", type));
          output.type = *read;
        } else {
          reader_.remark(member.key_where,
                         fmt::format("unknown property \"{}\" of an output", member.key));
        }
      }
      if (output.name.empty())
        return reader_.error(item.where(), "Missing \"Name\" in step output.");
      if (selector.empty())
        return reader_.error(item.where(),
                             fmt::format("Missing \"Selector\" in output {}.", output.name));
      Result<Selector> parsed = Selector::parse(selector);
      if (!parsed) return reader_.error(item["Selector"].where(), parsed.error().message);
      output.selector = std::move(*parsed);
      out.outputs.push_back(std::move(output));
    }
    return {};
  }

  const ParseOptions& options_;
  Reader reader_;
};

}  // namespace

const Step* Document::find_step(std::string_view name) const {
  const std::int32_t found = step_index(name);
  return found < 0 ? nullptr : &steps[static_cast<std::size_t>(found)];
}
std::int32_t Document::step_index(std::string_view name) const {
  const auto found = index.find(name);
  return found == index.end() ? -1 : found->second;
}
const Parameter* Document::find_parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

Result<DocumentPtr> parse_document(std::string_view text, const ParseOptions& options,
                                   std::vector<Remark>* remarks) {
  return Parser(options, remarks).parse(text);
}
Result<DocumentPtr> document_from(const Value& content, const ParseOptions& options,
                                  std::vector<Remark>* remarks) {
  return Parser(options, remarks).parse(content);
}

}  // namespace stint::document
