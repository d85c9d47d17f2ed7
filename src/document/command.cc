// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/command.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "document/reader.h"
#include "document/typing.h"

namespace stint::document {
namespace {

constexpr std::string_view error_name = "InvalidParameters";

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

class CommandParser {
 public:
  CommandParser(std::string_view source_name, std::vector<Remark>* remarks)
      : reader_(source_name, remarks) {}

  Result<CommandDocumentPtr> parse(std::string_view text) {
    const Value content = TRY(reader_.read(text));
    if (!content.is_object())
      return reader_.error(content.where(), "A document must be a map with a schemaVersion.");
    auto out = std::make_shared<CommandDocument>();
    TRY(schema_version(*out, content));
    const bool first_schema = out->schema_version.starts_with("1.");
    out->description = TRY(reader_.text(content["description"], "description"));
    out->parameters = TRY(reader_.parameters(content["parameters"]));
    for (const Object::Member& member : content.as_object()) {
      if (one_of(member.key, {"schemaVersion", "description", "parameters"})) continue;
      if (member.key == "runtimeConfig" && first_schema)
        TRY(plugins(*out, member.value));
      else if (member.key == "mainSteps" && !first_schema)
        TRY(steps(*out, member.value));
      else if (!one_of(member.key, {"assumeRole", "outputs", "files", "$schema"}))
        return reader_.error(member.key_where, fmt::format("Unknown property \"{}\"", member.key));
    }
    if (out->steps.empty())
      return reader_.error(content.where(),
                           fmt::format("Missing \"{}\" in the document.",
                                       first_schema ? "runtimeConfig" : "mainSteps"));
    return CommandDocumentPtr(std::move(out));
  }

 private:
  Result<void> schema_version(CommandDocument& out, const Value& content) {
    const Value* version = content.find("schemaVersion");
    if (!version)
      return reader_.error(content.where(), "Missing \"schemaVersion\" in the document.");
    out.schema_version = TRY(reader_.text(*version, "schemaVersion"));
    if (version->is_number() && version->as_number() == 2) out.schema_version = "2.0";
    if (!one_of(out.schema_version, {"1.0", "1.2", "2.0", "2.0.1", "2.0.2", "2.0.3", "2.2"}))
      return reader_.error(version->where(),
                           fmt::format("{} is not a valid schema version for Command document type",
                                       out.schema_version));
    return {};
  }

  /// {{ ssm: }} and other braces are not the node's business: they stay text.
  static Template compile(const Value& value) {
    return Template::compile(value, [](const Reference& reference) {
      return reference.kind == Reference::Kind::parameter;
    });
  }

  Result<void> inputs(const CommandDocument& document, CommandStep& out, const Value& value) {
    if (!value.is_object() && !value.is_null())
      return reader_.error(value.where(), "\"inputs\" must be a map.");
    out.inputs = compile(value.is_null() ? Value(Object()) : value);
    for (const Reference* reference : out.inputs.references())
      if (std::ranges::find(document.parameters, reference->name, &Parameter::name) ==
          document.parameters.end())
        return reader_.error(reference->where,
                             fmt::format("Parameter \"{}\" is not declared.", reference->name));
    return {};
  }

  /// Schema 1.x: each plugin holds one set of properties or a list of them.
  Result<void> plugins(CommandDocument& out, const Value& map) {
    if (!map.is_object()) return reader_.error(map.where(), "\"runtimeConfig\" must be a map.");
    for (const Object::Member& member : map.as_object()) {
      const Reader::InStep guard(reader_, member.key);
      if (!member.key.starts_with("aws:"))
        return reader_.error(member.key_where, fmt::format("Unknown plugin name: {}", member.key));
      const Value& properties = member.value["properties"];
      const auto add = [&](const Value& one) -> Result<void> {
        CommandStep step;
        step.name = step.action = member.key;
        step.where = member.key_where;
        TRY(inputs(out, step, one));
        out.steps.push_back(std::move(step));
        return {};
      };
      if (!properties.is_list()) {
        TRY(add(properties));
        continue;
      }
      for (const Value& one : properties.as_list()) TRY(add(one));
    }
    return {};
  }

  Result<void> steps(CommandDocument& out, const Value& list) {
    if (!list.is_list())
      return reader_.error(list.where(), "\"mainSteps\" must be a list of steps.");
    for (const Value& item : list.as_list()) {
      CommandStep read = TRY(step(out, item));
      if (std::ranges::find(out.steps, read.name, &CommandStep::name) != out.steps.end())
        return reader_.error(item.where(),
                             "Duplicate step names found in mainSteps of the document.");
      out.steps.push_back(std::move(read));
    }
    return {};
  }

  Result<CommandStep> step(const CommandDocument& document, const Value& item) {
    if (!item.is_object()) return reader_.error(item.where(), "A step must be a map.");
    CommandStep out;
    out.where = item.where();
    out.name = TRY(reader_.text(item["name"], "name"));
    if (out.name.empty()) return reader_.error(item.where(), "Missing \"name\" in step detail.");
    const Reader::InStep guard(reader_, out.name);
    out.action = TRY(reader_.text(item["action"], "action"));
    if (out.action.empty())
      return reader_.error(item.where(), "Missing \"action\" in step detail.");
    if (!out.action.starts_with("aws:"))
      return reader_.error(item["action"].where(),
                           fmt::format("Unknown plugin name: {}", out.action));
    for (const Object::Member& member : item.as_object()) TRY(property(document, out, member));
    if (out.inputs.source().is_null()) out.inputs = Template::compile(Value(Object()));
    return out;
  }

  Result<void> property(const CommandDocument& document, CommandStep& out,
                        const Object::Member& member) {
    const auto& [key, value, where] = member;
    if (one_of(key, {"name", "action", "description", "settings", "onSuccess", "finallyStep",
                     "isEnd", "nextStep"}))
      return {};
    if (key == "inputs") {
      TRY(inputs(document, out, value));
    } else if (key == "precondition") {
      TRY(precondition(value));
      out.precondition = value;
    } else if (key == "onFailure") {
      const std::string written = TRY(reader_.text(value, key));
      out.on_failure = lower(written);
      if (!one_of(out.on_failure, {"exit", "successandexit", "failandexit", "continue", ""}))
        return reader_.error(value.where(),
                             fmt::format("onFailure must be exit but is \"{}\".", out.on_failure));
      if (out.on_failure == "continue") out.on_failure.clear();
    } else if (key == "timeoutSeconds") {
      if (!value.is_number() && !value.is_null())
        reader_.remark(value.where(),
                       "timeoutSeconds of a step must be a number: agents refuse text");
      out.timeout_seconds = TRY(reader_.integer(value, key));
    } else if (key == "maxAttempts") {
      if (!value.is_number() && !value.is_null())
        reader_.remark(value.where(), "maxAttempts of a step must be a number: agents refuse text");
      const std::optional<std::int64_t> attempts = TRY(reader_.integer(value, key));
      out.max_attempts = static_cast<int>(std::clamp<std::int64_t>(attempts.value_or(1), 1, 100));
    } else {
      reader_.remark(where, fmt::format("unknown property \"{}\"", key));
    }
    return {};
  }

  Result<void> precondition(const Value& value) {
    if (value.is_null()) return {};
    const Value* operands = value.find("StringEquals");
    if (!operands || value.size() != 1 || !operands->is_list() || operands->size() != 2)
      return reader_.error(value.where(),
                           "A precondition must be StringEquals with a list of two texts.");
    return {};
  }

  Reader reader_;
};

class ParameterLookup final : public Lookup {
 public:
  explicit ParameterLookup(const Value& parameters) : parameters_(parameters) {}
  const Value* find(const Reference& reference) const override {
    return parameters_.find(reference.name);
  }

 private:
  const Value& parameters_;
};

}  // namespace

Result<CommandDocumentPtr> parse_command_document(std::string_view text,
                                                  std::string_view source_name,
                                                  std::vector<Remark>* remarks) {
  return CommandParser(source_name, remarks).parse(text);
}

Result<Value> command_parameters(const CommandDocument& document,
                                 const std::map<std::string, std::vector<std::string>>& supplied) {
  Object given;
  for (const auto& [name, texts] : supplied) {
    Value::List items;
    for (const std::string& text : texts) items.emplace_back(text);
    given.append(name, Value(std::move(items)));
  }
  return effective_values(document.parameters, Value(std::move(given)), nullptr, error_name);
}

Result<Value> command_inputs(const CommandStep& step, const Value& parameters) {
  return step.inputs.resolve(ParameterLookup(parameters));
}

}  // namespace stint::document
