// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/command.h"

#include <algorithm>
#include <array>

#include "document/reading.h"

namespace stint::document {
namespace {

class CommandParser {
 public:
  explicit CommandParser(const Reporter& report) : report_(report) {}

  Result<CommandDocument> document(const Value& content) {
    CommandDocument out;
    if (!content.is_object())
      return report_.error(content.where(), "a Command document is a map of keys.");
    out.schema_version = render(content["schemaVersion"]);
    constexpr std::array<std::string_view, 5> versions = {"1.2", "2.0", "2.0.1", "2.0.3", "2.2"};
    if (std::ranges::find(versions, out.schema_version) == versions.end())
      return report_.error(
          content["schemaVersion"].where(),
          "\"" + out.schema_version + "\" is not a valid schema version for Command document type");
    out.description = content.text("description");
    if (const Value* parameters = content.find("parameters"); parameters && parameters->is_object())
      for (const auto& [name, definition, where] : parameters->as_object()) {
        Parameter parameter = TRY(parse_parameter(report_, name, definition, where));
        out.parameters.push_back(std::move(parameter));
      }
    if (out.schema_version == "1.2") {
      TRY(runtime_config(content["runtimeConfig"], out));
    } else {
      TRY(main_steps(content["mainSteps"], out));
    }
    if (out.steps.empty()) return report_.error(content.where(), "the document has no step.");
    for (const CommandStep& step : out.steps)
      for (const Reference* reference : step.inputs.references())
        if (reference->kind == Reference::Kind::parameter &&
            std::ranges::find(out.parameters, reference->name, &Parameter::name) ==
                out.parameters.end())
          return report_.error(reference->where, step.name,
                               "Parameter \"" + reference->name + "\" is not declared.");
    return out;
  }

 private:
  Result<void> runtime_config(const Value& config, CommandDocument& out) {
    if (!config.is_object())
      return report_.error(config.where(), "Missing \"runtimeConfig\" in the document.");
    for (const auto& [plugin, body, where] : config.as_object()) {
      const Value& properties = body["properties"];
      const Value::List list =
          properties.is_list() ? properties.as_list() : Value::List{properties};
      for (const Value& property : list)
        out.steps.push_back({.name = plugin,
                             .action = plugin,
                             .inputs = Template::compile(property),
                             .precondition = {},
                             .on_failure = {},
                             .timeout_seconds = {},
                             .where = where});
    }
    return {};
  }

  Result<void> main_steps(const Value& steps, CommandDocument& out) {
    if (!steps.is_list())
      return report_.error(steps.where(), "Missing \"mainSteps\" in the document.");
    for (const Value& step : steps.as_list()) {
      if (step.text("name").empty())
        return report_.error(step.where(), "Missing \"name\" in step detail.");
      if (step.text("action").empty())
        return report_.error(step.where(), step.text("name"), "Missing \"action\" in step detail.");
      CommandStep one{.name = step.text("name"),
                      .action = step.text("action"),
                      .inputs = Template::compile(step["inputs"]),
                      .precondition = step["precondition"],
                      .on_failure = step.text("onFailure"),
                      .timeout_seconds = as_count(step["timeoutSeconds"]),
                      .where = step.where()};
      if (std::optional<std::int64_t> attempts = as_count(step["maxAttempts"]);
          attempts && *attempts > 0)
        one.max_attempts = static_cast<int>(std::min<std::int64_t>(*attempts, 1000));
      out.steps.push_back(std::move(one));
    }
    return {};
  }

  const Reporter& report_;
};

}  // namespace

Result<CommandDocumentPtr> parse_command_document(std::string_view text,
                                                  std::string_view source_name,
                                                  std::vector<Remark>* remarks) {
  Reporter report{std::string(source_name), remarks};
  Result<Value> content = parse_json_or_yaml(text, remarks);
  if (!content)
    return fail(Error{Code::invalid, "InvalidDocumentContent",
                      std::string(source_name) + ": " + content.error().message, 400});
  CommandDocument document = TRY(CommandParser(report).document(*content));
  return std::make_shared<const CommandDocument>(std::move(document));
}

Result<Value> command_parameters(const CommandDocument& document,
                                 const std::map<std::string, std::vector<std::string>>& supplied) {
  const auto refuse = [](std::string sentence) {
    return fail(Error{Code::invalid, "InvalidParameters", std::move(sentence), 400});
  };
  for (const auto& [name, values] : supplied)
    if (std::ranges::find(document.parameters, name, &Parameter::name) == document.parameters.end())
      return refuse("Parameter \"" + name + "\" is not declared in the document.");
  Object out;
  for (const Parameter& parameter : document.parameters) {
    if (auto given = supplied.find(parameter.name); given != supplied.end()) {
      Value::List items(given->second.begin(), given->second.end());
      std::optional<Value> typed = typed_parameter(Value(std::move(items)), parameter.type);
      if (!typed)
        return refuse("Parameter \"" + parameter.name + "\" must be of the type " +
                      parameter.type_name + ".");
      if (std::string problem = parameter_problem(parameter, *typed); !problem.empty())
        return refuse(std::move(problem));
      out.append(parameter.name, std::move(*typed));
    } else if (parameter.default_value) {
      Value value = parameter.default_value->source();
      if (std::optional<Value> typed = typed_parameter(value, parameter.type))
        value = std::move(*typed);
      out.append(parameter.name, std::move(value));
    } else {
      return refuse("Missing required parameter: " + parameter.name + ".");
    }
  }
  return Value(std::move(out));
}

}  // namespace stint::document
