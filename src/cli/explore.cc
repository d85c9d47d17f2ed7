// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// stint explore: what a runbook leaves behind when something goes wrong.
#include "explore/explore.h"

#include <fmt/core.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "actions/table.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/common.h"
#include "cli/interrupts.h"
#include "cli/outcome.h"
#include "cli/table.h"
#include "cloud/ssm/documents.h"
#include "cloud/world_file.h"
#include "explore/report.h"
#include "explore/suggest.h"
#include "value/json.h"

namespace stint::cli {
namespace {

Result<explore::Severity> severity_from(const std::string& name) {
  for (auto severity : {explore::Severity::litter, explore::Severity::latent,
                        explore::Severity::lost, explore::Severity::escalation})
    if (explore::to_string(severity) == name) return severity;
  return fail(Code::invalid,
              "--fail-on takes escalation, lost, latent or litter, not \"" + name + "\"");
}

Result<std::int64_t> number(const Arguments& arguments, std::string_view flag,
                            std::int64_t otherwise, std::int64_t most) {
  if (!arguments.has(flag)) return otherwise;
  const std::optional<std::int64_t> value = to_integer(arguments.value(flag));
  if (!value || *value < 0 || *value > most)
    return fail(Code::invalid, std::string(flag) + " takes a number from 0 to " +
                                   std::to_string(most) + ", not \"" + arguments.value(flag) +
                                   "\"");
  return *value;
}

/// The document: a file, or a name that the world knows.
Result<engine::FoundDocument> read_document(const std::string& name, cloud::State& world) {
  if (Result<std::string> text = read_file(name, 4u << 20))
    return engine::FoundDocument{.name = name, .version = "1", .content = std::move(*text)};
  else if (name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml") ||
           name.ends_with(".json"))
    return fail(text.error());
  Result<cloud::ssm::FoundDocument> found =
      cloud::ssm::Documents(world.region(world.default_account, world.default_region).ssm)
          .find(name);
  if (!found || found->type != "Automation")
    return fail(Code::not_found,
                "there is no file " + name + ", and the cloud knows no runbook of that name");
  return engine::FoundDocument{.name = found->name,
                               .version = found->version,
                               .content = std::move(found->content),
                               .amazon_owned = found->owner == "Amazon"};
}

/// One line that is written over and over: cases, rate, findings, time left.
class Ticker {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Ticker(Duration budget) : budget_(budget), on_(isatty(STDERR_FILENO) != 0) {}
  ~Ticker() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }
  Duration passed() const { return std::chrono::duration_cast<Duration>(Clock::now() - began_); }
  void show(const explore::Progress& progress) {
    const auto now = Clock::now();
    if (!on_ || now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    shown_ = true;
    const double seconds = static_cast<double>(passed().count()) / 1000.0;
    const double share =
        progress.all > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.all)
                         : 0;
    const double left = share > 0 ? seconds / share - seconds : 0;
    std::fprintf(stderr,
                 "\r\x1b[K%lld cases, %zu findings so far, %.0f cases/s, about %.0f s left "
                 "(budget %lld s)",
                 static_cast<long long>(progress.cases), progress.findings,
                 seconds > 0 ? static_cast<double>(progress.cases) / seconds : 0.0, left,
                 static_cast<long long>(budget_.count() / 1000));
    std::fflush(stderr);
  }

 private:
  Duration budget_;
  bool on_, shown_ = false;
  Clock::time_point began_ = Clock::now(), last_{};
};

struct Formats {
  std::string_view flag;
  std::string (*write)(const explore::Report&, const document::Document&, const std::string& file);
};
constexpr Formats formats[] = {
    {"--sarif",
     [](const explore::Report& report, const document::Document& document,
        const std::string& file) {
       return to_json(explore::as_sarif(report, document, file)) + "\n";
     }},
    {"--junit", [](const explore::Report& report, const document::Document&,
                   const std::string&) { return explore::as_junit(report); }},
    {"--html", [](const explore::Report& report, const document::Document& document,
                  const std::string&) { return explore::as_html(report, document); }},
};

Result<explore::Options> options_of(const Arguments& arguments) {
  explore::Options options;
  // Virtual time begins at a fixed moment: the same command gives the same report.
  options.now = TRY(parse_time("2026-01-01T00:00:00Z"));
  options.world = arguments.has("--world")
                      ? TRY(cloud::read_world(arguments.value("--world"), options.now))
                      : TRY(cloud::default_world(options.now));
  options.document = TRY(read_document(arguments.positional(0), options.world));
  options.parameters = TRY(parameters(arguments, options.document));
  TRY(check_document(options.document));
  if (arguments.has("--pairs")) options.pairs = true;
  if (arguments.has("--no-pairs")) options.pairs = false;
  options.seed = static_cast<std::uint64_t>(TRY(number(arguments, "--seed", 1, 1'000'000'000)));
  options.random = TRY(number(arguments, "--random", 500, 100'000'000));
  options.threads = static_cast<unsigned>(
      TRY(number(arguments, "--threads", std::max(1u, std::thread::hardware_concurrency()), 256)));
  options.models = make_models;
  return options;
}

std::string outcome_words(const explore::Outcome& outcome) {
  const auto& [escalation, lost, latent, litter] = outcome.come_to;
  return fmt::format(
      "{} escalation, {} lost or worse, {} latent or worse, {} litter or worse, of {} faults", escalation,
      lost, latent, litter, outcome.faults);
}
/// Each counts the worse ones too.
Value outcome_value(const explore::Outcome& outcome) {
  const auto& [escalation, lost, latent, litter] = outcome.come_to;
  return object({{"escalation", escalation},
                 {"lost", lost},
                 {"latent", latent},
                 {"litter", litter},
                 {"faults", outcome.faults}});
}

/// Writes the patched runbook beside the given one: "NAME.suggested.yaml". Null: no change helps.
Result<Value> write_suggestion(const Arguments& arguments, const explore::Options& options) {
  std::optional<explore::Suggestion> found = TRY(explore::suggest(options));
  if (!found) return Value();
  std::filesystem::path file(arguments.positional(0));
  const std::string ending = file.extension().empty() ? ".yaml" : file.extension().string();
  file.replace_extension(".suggested" + ending);
  TRY(write_file(file.string(), found->content));
  Value::List changes;
  for (const std::string& change : found->changes) changes.emplace_back(change);
  return object({{"file", file.string()},
                 {"changes", Value(std::move(changes))},
                 {"before", outcome_value(found->before)},
                 {"after", outcome_value(found->after)},
                 {"sentence", "before: " + outcome_words(found->before) +
                                  "; after: " + outcome_words(found->after)}});
}

int tell_replay(const Arguments& arguments, const explore::Options& options) {
  Result<explore::Scenario> scenario = explore::scenario_from(arguments.value("--replay"));
  if (!scenario) return report(scenario.error());
  Result<explore::Finding> finding = explore::replay(options, *scenario);
  if (!finding) return report(finding.error());
  if (arguments.has("--json")) {
    print(to_json(explore::as_value(*finding)));
  } else {
    std::fputs(explore::as_text(*finding).c_str(), stdout);
  }
  return finding->severity == explore::Severity::none ? good : failed;
}

}  // namespace

int explore(const Arguments& arguments) {
  Interrupts interrupts;
  Result<explore::Severity> fail_on = severity_from(arguments.value("--fail-on", "litter"));
  if (!fail_on) return report(fail_on.error());
  Result<Duration> budget = parse_short_duration(arguments.value("--budget", "60s"));
  if (!budget) return report({Code::invalid, {}, "--budget: " + budget.error().message});
  Result<explore::Options> options = options_of(arguments);
  if (!options) return report(options.error());
  if (arguments.has("--replay")) return tell_replay(arguments, *options);

  Ticker ticker(*budget);
  std::atomic<bool> stop = false;
  interrupts.on_first([&stop] { stop = true; });
  options->stop = [&] { return stop || ticker.passed() > *budget; };
  options->progress = [&](const explore::Progress& progress) { ticker.show(progress); };
  Result<explore::Report> found = explore::explore(*options);
  if (!found) return report(found.error());

  const std::string& file = arguments.positional(0);
  document::ParseOptions parse{.source_name = file,
                               .find_action = actions::find_spec,
                               .amazon_owned = options->document.amazon_owned};
  Result<document::DocumentPtr> document =
      document::parse_document(std::string_view(options->document.content), parse);
  if (!document) return report(document.error());
  for (const Formats& format : formats)
    if (arguments.has(format.flag)) {
      Result<void> wrote =
          write_file(arguments.value(format.flag), format.write(*found, **document, file));
      if (!wrote) return report(wrote.error());
    }
  Value suggestion;
  if (arguments.has("--suggest")) {
    Result<Value> wrote = write_suggestion(arguments, *options);
    if (!wrote) return report(wrote.error());
    suggestion = std::move(*wrote);
  }
  if (arguments.has("--json")) {
    Value out = explore::as_value(*found);
    if (arguments.has("--suggest")) out.set("suggestion", suggestion);
    print(to_json(out));
  } else {
    std::string replay = "stint explore " + file;
    for (const std::string& given : arguments.values("--param")) replay += " -p " + given;
    if (arguments.has("--world")) replay += " --world " + arguments.value("--world");
    std::fputs(explore::as_text(*found, replay + " --replay ").c_str(), stdout);
    if (!suggestion.is_null()) {
      print("\nSuggested, in " + suggestion.text("file") + ":");
      for (const Value& change : suggestion.items("changes")) print("  " + change.as_text());
      print("Proof, " + suggestion.text("sentence") + ".");
    } else if (arguments.has("--suggest")) {
      print("\nNo change that can be made without understanding the runbook makes it better.");
    }
  }
  const bool bad = !found->findings.empty() && found->findings.front().severity >= *fail_on;
  return bad ? failed : good;
}

}  // namespace stint::cli
