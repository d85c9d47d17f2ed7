// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "document/pattern.h"
#include "document/reading.h"
#include "value/json.h"

/// Parameters: their definitions (spec 1.3), and what is supplied for them at the start.
namespace stint::document {
namespace {

constexpr std::string_view error_name = "InvalidAutomationExecutionParametersException";

struct TypeRow {
  std::string_view name;
  Type type;
  std::string_view pattern;
};
constexpr std::string_view instance_pattern = "^m?i-([a-z0-9]{8}|[a-z0-9]{17})$";
constexpr std::string_view bucket_pattern = "^[0-9a-z][a-z0-9\\-\\.]{3,63}$";
constexpr std::string_view role_pattern =
    "^arn:(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b):iam::[0-9]{12}:role/.*$";
constexpr std::array<TypeRow, 12> types = {{
    {"AWS::EC2::Instance::Id", Type::string, instance_pattern},
    {"AWS::IAM::Role::Arn", Type::string, role_pattern},
    {"AWS::S3::Bucket::Name", Type::string, bucket_pattern},
    {"Boolean", Type::boolean, {}},
    {"Integer", Type::integer, {}},
    {"List<AWS::EC2::Instance::Id>", Type::string_list, instance_pattern},
    {"List<AWS::IAM::Role::Arn>", Type::string_list, role_pattern},
    {"List<AWS::S3::Bucket::Name>", Type::string_list, bucket_pattern},
    {"MapList", Type::map_list, {}},
    {"String", Type::string, {}},
    {"StringList", Type::string_list, {}},
    {"StringMap", Type::string_map, {}},
}};

const TypeRow* find_row(std::string_view name) {
  auto found = std::ranges::lower_bound(types, name, {}, &TypeRow::name);
  return found != types.end() && found->name == name ? &*found : nullptr;
}

/// JSON text as the value it holds; none when it is not of the wanted kind.
std::optional<Value> from_json(const std::string& text, Value::Kind wanted) {
  Result<Value> read = parse_json(text);
  if (!read || read->kind() != wanted) return {};
  return *read;
}

std::optional<Value> typed_text(const std::string& text, Type type) {
  switch (type) {
    case Type::string:
      return Value(text);
    case Type::integer:
      if (std::optional<std::int64_t> number = to_integer(text)) return Value(*number);
      return {};
    case Type::boolean:  // C-12: any letter case
      if (equals_ignore_case(text, "true")) return Value(true);
      if (equals_ignore_case(text, "false")) return Value(false);
      return {};
    case Type::string_map:
      return from_json(text, Value::Kind::object);
    case Type::string_list:
    case Type::map_list:
      break;
  }
  return {};
}

std::string quoted_list(const std::vector<Value>& values) {
  std::string out = "[";
  for (const Value& value : values) out += (out.size() > 1 ? ", " : "") + render(value);
  return out + "]";
}

bool bounds_hold(std::size_t size, const std::optional<std::int64_t>& least,
                 const std::optional<std::int64_t>& most) {
  const auto count = static_cast<std::int64_t>(size);
  return (!least || count >= *least) && (!most || count <= *most);
}

}  // namespace

std::optional<TypeName> find_type(std::string_view name) {
  const TypeRow* row = find_row(name);
  if (!row) return {};
  return TypeName{.type = row->type, .aws = !row->pattern.empty()};
}

std::string_view aws_pattern(std::string_view type_name) {
  const TypeRow* row = find_row(type_name);
  return row ? row->pattern : std::string_view();
}

bool has_type(const Value& value, Type type) {
  switch (type) {
    case Type::string:
      return value.is_text();
    case Type::integer:
      return value.is_integer();
    case Type::boolean:
      return value.is_bool();
    case Type::string_list:
      return value.is_list();
    case Type::string_map:
      return value.is_object() ||
             (value.is_text() && from_json(value.as_text(), Value::Kind::object));
    case Type::map_list:
      return value.is_list() || (value.is_text() && from_json(value.as_text(), Value::Kind::list));
  }
  return false;
}

std::optional<Value> typed_parameter(const Value& supplied, Type type) {
  if (type == Type::string_list) {
    if (!supplied.is_list()) return Value::list({Value(render(supplied))});
    Value::List out;
    for (const Value& item : supplied.as_list()) out.emplace_back(render(item));
    return Value(std::move(out));
  }
  if (type == Type::map_list) {
    Value::List items = supplied.is_list() ? supplied.as_list() : Value::List{supplied};
    // One item may hold a whole JSON array, or each item one map (C-12).
    if (items.size() == 1 && items[0].is_text())
      if (std::optional<Value> whole = from_json(items[0].as_text(), Value::Kind::list))
        items = whole->as_list();
    for (Value& item : items) {
      if (item.is_text()) {
        std::optional<Value> map = from_json(item.as_text(), Value::Kind::object);
        if (!map) return {};
        item = std::move(*map);
      }
      if (!item.is_object()) return {};
    }
    return Value(std::move(items));
  }
  const Value& one = supplied.is_list() && supplied.size() == 1 ? supplied[0] : supplied;
  if (one.is_list()) return {};  // more than one item for a scalar (C-12)
  if (type == Type::string && one.is_scalar()) return Value(render(one));
  if (one.is_text()) return typed_text(one.as_text(), type);
  if (has_type(one, type)) return one;
  return {};
}

std::string parameter_problem(const Parameter& parameter, const Value& value) {
  const std::string& name = parameter.name;
  const Value::List items = value.is_list() ? value.as_list() : Value::List{value};
  for (const Value& item : items) {
    const std::string text = render(item);
    if (!parameter.allowed_values.empty() &&
        std::ranges::none_of(parameter.allowed_values,
                             [&](const Value& allowed) { return render(allowed) == text; }))
      return "Parameter \"" + name + "\" has value \"" + text + "\" not found in " +
             quoted_list(parameter.allowed_values) + ".";
    if (!parameter.allowed_pattern.empty() &&
        matches_pattern(parameter.allowed_pattern, text) == false)
      return "Parameter \"" + name + "\" has value \"" + text +
             "\" which does not match the allowed pattern " + parameter.allowed_pattern + ".";
    if (std::string_view pattern = aws_pattern(parameter.type_name);
        !pattern.empty() && !text.empty() && matches_pattern(std::string(pattern), text) == false)
      return "Parameter \"" + name + "\" has value \"" + text + "\" which is not of the type " +
             parameter.type_name + ".";
    if (item.is_text() && !bounds_hold(text.size(), parameter.min_chars, parameter.max_chars))
      return "Parameter \"" + name + "\" has a value of " + std::to_string(text.size()) +
             " characters, outside its minChars and maxChars.";
  }
  if ((value.is_list() || value.is_object()) &&
      !bounds_hold(value.size(), parameter.min_items, parameter.max_items))
    return "Parameter \"" + name + "\" has " + std::to_string(value.size()) +
           " items, outside its minItems and maxItems.";
  return {};
}

Result<Parameter> parse_parameter(const Reporter& report, const std::string& name,
                                  const Value& value, Where where) {
  if (name.empty() || !std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c); }))
    return report.error(where, "Parameter name \"" + name + "\" is not alpha-numeric.");
  if (!value.is_object())
    return report.error(where, "Parameter \"" + name + "\" must be a map with a type.");
  Parameter out{.name = name,
                .type_name = {},
                .description = {},
                .default_value = {},
                .allowed_values = {},
                .allowed_pattern = {},
                .min_items = {},
                .max_items = {},
                .min_chars = {},
                .max_chars = {},
                .where = where};
  const Value* type = value.find("type");
  if (!type) return report.error(where, "Missing \"type\" in parameter definition.");
  std::optional<TypeName> known = type->is_text() ? find_type(type->as_text()) : std::nullopt;
  if (!known)
    return report.error(type->where(), "Parameter type: " + render(*type) + " is invalid.");
  out.type_name = type->as_text();
  out.type = known->type;
  for (const auto& [key, member, key_where] : value.as_object()) {
    if (key == "type" || key == "displayType" || key == "interpolationType") continue;
    if (key == "description") {
      if (member.is_text()) out.description = member.as_text();
    } else if (key == "default") {
      Template compiled = Template::compile(member);
      if (compiled.constant() && !member.is_null() && !has_type(member, out.type) &&
          !(out.type == Type::string && member.is_scalar()))
        return report.error(member.where(), "Wrong default value for a \"" + out.type_name +
                                                "\" parameters: \"" + name + "\" has " +
                                                std::string(stint::to_string(member.kind())) + ".");
      if (!member.is_null()) out.default_value = std::move(compiled);
    } else if (key == "allowedValues") {
      if (!member.is_list())
        return report.error(member.where(),
                            "allowedValues of parameter \"" + name + "\" must be a list.");
      out.allowed_values = member.as_list();
    } else if (key == "allowedPattern") {
      if (!member.is_text())
        return report.error(member.where(),
                            "allowedPattern of parameter \"" + name + "\" must be text.");
      out.allowed_pattern = member.as_text();
      if (std::string problem = pattern_problem(out.allowed_pattern); !problem.empty())
        report.remark(member.where(), "allowedPattern of parameter \"" + name +
                                          "\" does not compile and constrains nothing: " + problem);
    } else if (key == "minItems" || key == "maxItems" || key == "minChars" || key == "maxChars") {
      std::optional<std::int64_t> count = as_count(member);
      if (!count)
        return report.error(member.where(),
                            key + " of parameter \"" + name + "\" must be an integer.");
      (key == "minItems"   ? out.min_items
       : key == "maxItems" ? out.max_items
       : key == "minChars" ? out.min_chars
                           : out.max_chars) = count;
    } else {
      report.remark(key_where,
                    "parameter \"" + name + "\" has an unknown property \"" + key + "\"");
    }
  }
  return out;
}

Result<Value> effective_parameters(const Document& document, const Value& supplied,
                                   const Lookup& lookup) {
  const auto refuse = [](std::string sentence) {
    return fail(Error{Code::invalid, std::string(error_name), std::move(sentence), 400});
  };
  if (supplied.is_object())
    for (const auto& [name, value, where] : supplied.as_object())
      if (!document.find_parameter(name)) {  // C-11
        std::vector<std::string> known;
        for (const Parameter& parameter : document.parameters) known.push_back(parameter.name);
        std::string hint = closest(name, known);
        return refuse("Parameter \"" + name + "\" is not declared in the document" +
                      (hint.empty() ? "." : "; did you mean \"" + hint + "\"?"));
      }
  Object out;
  for (const Parameter& parameter : document.parameters) {
    if (const Value* given = supplied.find(parameter.name)) {
      std::optional<Value> typed = typed_parameter(*given, parameter.type);
      if (!typed)
        return refuse("Parameter \"" + parameter.name + "\" must be of the type " +
                      parameter.type_name + ", but has the value " + render(*given) + ".");
      if (std::string problem = parameter_problem(parameter, *typed); !problem.empty())
        return refuse(std::move(problem));
      out.append(parameter.name, std::move(*typed));
    } else if (parameter.default_value) {
      Result<Value> value = parameter.default_value->resolve(lookup);
      // A default that names something else than a system variable stays the text it is.
      Value chosen = value ? *value : parameter.default_value->source();
      if (parameter.default_value->references().size() == 1 &&
          parameter.default_value->references()[0]->kind == Reference::Kind::ssm && !value)
        return refuse("The default of parameter \"" + parameter.name +
                      "\" names the SSM parameter " +
                      parameter.default_value->references()[0]->name + ", which cannot be read.");
      if (std::optional<Value> typed = typed_parameter(chosen, parameter.type))
        chosen = std::move(*typed);
      out.append(parameter.name, std::move(chosen));
    } else {
      return refuse("Missing required parameter: " + parameter.name + " in user inputs.");
    }
  }
  return Value(std::move(out));
}

Value synthesize(const Parameter& parameter) {
  if (!parameter.allowed_values.empty())
    return typed_parameter(parameter.allowed_values[0], parameter.type).value_or(Value());
  std::string text = "synthesized";
  if (parameter.type_name.contains("Instance::Id")) text = "i-0123456789abcdef0";
  if (parameter.type_name.contains("Bucket::Name")) text = "my-script-bucket";
  if (parameter.type_name.contains("Role::Arn"))
    text = "arn:aws:iam::123456789012:role/synthesized";
  if (!parameter.allowed_pattern.empty())
    for (const char* guess :
         {"synthesized", "i-0123456789abcdef0", "arn:aws:iam::123456789012:role/synthesized", "1",
          "a", "true", "subnet-0123456789abcdef0", "sg-0123456789abcdef0", "vol-0123456789abcdef0",
          "ami-0123456789abcdef0", "123456789012", "us-west-2", "arn:aws:s3:::my-script-bucket"})
      if (matches_pattern(parameter.allowed_pattern, guess) == true) {
        text = guess;
        break;
      }
  if (parameter.min_chars)
    text.resize(std::max(text.size(), static_cast<std::size_t>(*parameter.min_chars)), 'x');
  if (parameter.max_chars)
    text.resize(std::min(text.size(), static_cast<std::size_t>(*parameter.max_chars)));
  switch (parameter.type) {
    case Type::string:
      return text;
    case Type::string_list:
      return Value(Value::List(
          static_cast<std::size_t>(std::max<std::int64_t>(parameter.min_items.value_or(1), 1)),
          Value(text)));
    case Type::integer:
      return 1;
    case Type::boolean:
      return true;
    case Type::string_map:
      return Value(Object());
    case Type::map_list:
      return Value(Value::List{});
  }
  return {};
}

}  // namespace stint::document
