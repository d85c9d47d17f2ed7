// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/walk.h"

#include <algorithm>

#include "cloud/ssm/nodes.h"
#include "value/digest.h"

namespace stint::explore {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_run = 24h * 7;
// What is under way when a run ends arrives within this time.
constexpr Duration quiet = 10min;

Error service_fault() {
  return {Code::unavailable, "InternalFailure", "The service has a fault (explored).", 500};
}
Error denial(const engine::CallOrder& call) {
  return {Code::denied, call.service == "ec2" ? "UnauthorizedOperation" : "AccessDenied",
          "Not authorized to perform " + call.service + ":" + call.operation + " (explored).", 403};
}
Error throttling(const engine::CallOrder& call) {
  return {Code::throttled, call.service == "ec2" ? "RequestLimitExceeded" : "Throttling",
          "Rate exceeded (explored).", 400};
}
Error no_answer() {
  return {Code::timeout, "", "No answer came (explored).", 0};
}

/// The id of the request differs from call to call.
bool same_but_metadata(const Value& before, const Result<Value>& answer) {
  if (!answer) return before == Value(answer.error().name);
  if (!before.is_object() || !answer->is_object() || before.size() != answer->size()) return false;
  return std::ranges::all_of(answer->as_object(), [&](const Object::Member& member) {
    const Value* other = before.find(member.key);
    return other && (member.key == "ResponseMetadata" || *other == member.value);
  });
}

std::string whole_name(const engine::CallOrder& call) {
  return call.service + "." + call.operation;
}

}  // namespace

Result<Walk> Walk::begin(sim::Calls& calls, const Subject& subject, const cloud::State& world,
                         Time now) {
  Walk walk;
  walk.course_ = std::make_unique<sim::Course>(calls, world, now);
  walk.limit_ = now + longest_run;
  std::string first = TRY(walk.course_->start(subject.document, subject.parameters));
  walk.trail_.first = std::move(first);
  return walk;
}

Walk Walk::fork() const {
  Walk twin;
  twin.course_ = course_->fork();
  twin.trail_ = trail_;
  twin.limit_ = limit_;
  twin.hangs_ = hangs_;
  return twin;
}

engine::Status Walk::status() const {
  const engine::Execution* x = first();
  return x ? x->status : engine::Status::in_progress;
}

const engine::Execution& Walk::caller() const {
  return *course_->find(pending()->start->id);
}

Duration longest_without_credentials(const std::vector<Passed>& path) {
  Duration longest{};
  std::optional<Time> since;
  bool had = false;
  for (const Passed& passed : path) {
    if (!passed.without_credentials) {
      if (since) longest = std::max(longest, passed.time - *since);
      since.reset();
      had = true;
    } else if (had && !since) {
      since = passed.time;
    }
  }
  return longest;
}

std::uint64_t bit_of(std::string_view operation) {
  Digest digest;
  digest.add(operation);
  return std::uint64_t{1} << (digest.value().first >> 58);
}

std::string_view Walk::decided_at() const {
  const engine::Execution* x = first();
  if (!x) return "";
  if (x->cancel) return "cancel";
  if (x->decided_by >= 0) return x->document->steps[static_cast<std::size_t>(x->decided_by)].name;
  return "";
}

std::string Walk::ended_at() const {
  const engine::Execution* x = first();
  if (hangs_ && x && !engine::terminal(x->status))
    return "hang " + (x->current >= 0 ? x->step().name : std::string());
  return std::string(decided_at());
}

Standing Walk::standing(const cloud::State& since) {
  Standing out;
  auto [a, b] = course_->key(since);
  end_withholding();
  out.decided_at = decided_at();
  Digest digest;
  digest.add(a);
  digest.add(b);
  digest.add(std::uint64_t{out.decided_at.empty()});
  // What the scenario still has in store, and what it has done beside the world.
  for (const Trail::Late& late : trail_.late) {
    digest.add(std::string_view(late.pending.start->id));
    digest.add(std::string_view(late.pending.call->operation));
    digest.add(late.pending.call->input);
    digest.add(std::int64_t{late.after});
  }
  if (trail_.withheld) {
    digest.add(std::string_view(trail_.withheld->first));
    digest.add(std::int64_t{trail_.withheld->second});
  }
  for (const std::string& key : trail_.foreign.foreign) digest.add(std::string_view(key));
  for (const auto& [instance, profile] : trail_.foreign.profiles) {
    digest.add(std::string_view(instance));
    digest.add(std::string_view(profile));
  }
  for (const std::string& id : {trail_.first, trail_.second, trail_.held})
    digest.add(std::string_view(id));
  digest.add(std::int64_t{trail_.second_calls});
  out.key = digest.value();
  for (const std::string& denied : trail_.denied) {
    digest.add(std::string_view(denied));
    out.denied |= bit_of(std::string_view(denied).substr(denied.find('.') + 1));
  }
  out.whole = digest.value();
  return out;
}

/// A step that is over has had its time-out.
void Walk::end_withholding() {
  if (!trail_.withheld) return;
  const engine::Execution* x = course_->find(trail_.withheld->first);
  if (!x || engine::terminal(x->status) || x->current != trail_.withheld->second)
    trail_.withheld.reset();
}

bool Walk::to_next_call() {
  for (;;) {
    // No time passes for one that waits for another which has ended already.
    course_->run();
    if (!trail_.held.empty()) {
      const engine::Execution* other =
          course_->find(trail_.held == trail_.first ? trail_.second : trail_.first);
      if (!other || engine::terminal(other->status)) trail_.held.clear();
    }
    end_withholding();
    if (course_->advance(limit_, trail_.held)) return true;
    if (trail_.held.empty()) break;
    trail_.held.clear();  // the one that goes on waits for ever
  }
  hangs_ = course_->engine().open() > 0;
  return false;
}

void Walk::write_down(Passed passed) {
  const cloud::State& state = course_->state();
  passed.without_credentials =
      !instance_.empty() &&
      !cloud::ssm::presumed_caller(course_->cloud(),
                                   {state.default_account, state.default_region, instance_}, now());
  passed_->push_back(std::move(passed));
}

void Walk::count(const sim::Pending& pending, std::string error, std::string note) {
  ++trail_.calls;
  const sim::Made& made = course_->last_made();
  if (made.effect != "none") trail_.last_change = course_->clock().now();
  if (!passed_) return;
  const engine::Execution* x = course_->find(pending.start->id);
  const std::string root = course_->root_of(pending.start->id);
  write_down({.call = trail_.calls,
              .time = course_->clock().now(),
              .execution = root == trail_.first    ? ""
                           : root == trail_.second ? "second"
                                                   : "next",
              .document = pending.start->document_name,
              .step = x && x->current >= 0 ? x->step().name : "",
              .made = whole_name(*pending.call),
              .effect = note.empty() || note.contains("done") ? made.effect : "",
              .error = std::move(error),
              .note = std::move(note)});
}

/// Polls that are answered alike are told by their step and what they found.
void Walk::note_poll(const sim::Pending& pending, const Result<Value>& answer) {
  const engine::Execution* x = course_->find(pending.start->id);
  if (!pending.call->reads || !x) {
    trail_.poller.reset();
    trail_.same_polls = 0;
    return;
  }
  const bool again = trail_.poller == pending.start && trail_.poller_step == x->current &&
                     same_but_metadata(trail_.last_found, answer);
  trail_.same_polls = again ? trail_.same_polls + 1 : 0;
  trail_.poller = pending.start;
  trail_.poller_step = x->current;
  trail_.last_found = answer ? *answer : Value(answer.error().name);
}

void Walk::answer(const sim::Pending& pending, Result<Value> answer, std::string note) {
  note_poll(pending, answer);
  count(pending,
        answer                        ? ""
        : answer.error().name.empty() ? "no answer"
                                      : answer.error().name,
        std::move(note));
  const std::string root = course_->root_of(pending.start->id);
  course_->deliver(pending, std::move(answer));
  // A second execution gives way after its calls.
  if (trail_.second_calls > 0 && root == trail_.second && --trail_.second_calls == 0)
    trail_.held = trail_.second;
  arrive(false);
}

void Walk::arrive(bool all) {
  std::vector<Trail::Late> due;
  std::erase_if(trail_.late, [&](Trail::Late& late) {
    const bool is_due = all || (late.after < after_the_run && --late.after <= 0);
    if (is_due) due.push_back(late);
    return is_due;
  });
  for (const Trail::Late& late : due) {
    const Result<Value> done = course_->perform(late.pending);
    trail_.last_change = now();
    if (passed_)
      write_down({.call = 0,
                  .time = course_->clock().now(),
                  .execution = "",
                  .document = late.pending.start->document_name,
                  .step = "",
                  .made = whole_name(*late.pending.call),
                  .effect = course_->last_made().effect,
                  .error = done ? "" : done.error().name,
                  .note = "arrives late"});
  }
}

void Walk::pass() {
  const sim::Pending pending = *this->pending();
  const engine::Execution* x = course_->find(pending.start->id);
  if (trail_.withheld && x && trail_.withheld->first == pending.start->id &&
      trail_.withheld->second == x->current) {
    count(pending, "no answer", "no answer");
    course_->withhold(pending);
    return;
  }
  if (trail_.denied.contains(whole_name(*pending.call)))
    return answer(pending, fail(denial(*pending.call)), "denied");
  Result<Value> made = course_->perform(pending);
  answer(pending, std::move(made));
  skip_waiting();
}

/// A wait that has found the same several times, long after the last change, finds the same until
/// its time limit: thousands of polls that say nothing.
void Walk::skip_waiting() {
  if (trail_.same_polls < 3 ||
      std::ranges::any_of(
          trail_.late, [](const auto& late) { return late.after < after_the_run; }) ||
      now() < trail_.last_change + course_->all_is_seen())
    return;
  course_->run();
  const engine::Execution* waiting = nullptr;
  std::size_t open = 0;
  course_->engine().each_open([&](const engine::Execution& x) {
    ++open;
    if (x.phase == engine::Execution::Phase::running && x.order &&
        std::holds_alternative<engine::WakeOrder>(*x.order))
      waiting = &x;
  });
  if (open == 1 && waiting && waiting->deadline) course_->skip(*waiting->deadline);
}

bool Walk::apply(const Fault& fault, const Subject& subject) {
  const sim::Pending pending = *this->pending();
  const engine::CallOrder& call = *pending.call;
  const KindRow& row = row_of(fault.kind);
  if ((row.writes_only && call.reads) || (row.reads_only && !call.reads)) return false;
  const std::string note(row.name);
  const engine::Execution& x = *course_->find(pending.start->id);
  switch (fault.kind) {
    case Kind::err:
      answer(pending, fail(service_fault()), note);
      return true;
    case Kind::denied:
      answer(pending, fail(denial(call)), note);
      return true;
    case Kind::throttled:
      answer(pending, fail(throttling(call)), note);
      return true;
    case Kind::timeout:
      if (!x.deadline) return false;
      trail_.withheld.emplace(pending.start->id, x.current);
      pass();
      return true;
    case Kind::lost: {
      const Result<Value> made = course_->perform(pending);
      if (!made) return false;  // an error either way
      answer(pending, fail(no_answer()), note + ": done");
      return true;
    }
    case Kind::retried: {
      const Result<Value> made = course_->perform(pending);
      if (!made) return false;
      Result<Value> again = course_->perform(pending);
      answer(pending, std::move(again), note + ": done twice");
      return true;
    }
    case Kind::missing: {
      if (x.current < 0 || x.step().outputs.empty()) return false;
      Result<Value> made = course_->perform(pending);
      if (!made) return false;
      answer(pending, Value(Object()), note + ": done");
      return true;
    }
    case Kind::late:
      trail_.late.push_back(
          {pending, fault.extra < after_the_run ? fault.extra + 1 : after_the_run});
      answer(pending, fail(no_answer()), note);
      return true;
    case Kind::stale: {
      Result<Value> old = course_->perform_stale(pending);
      const Result<Value> fresh = course_->perform(pending);
      if (same_but_metadata(old ? *old : Value(old.error().name), fresh)) return false;
      answer(pending, std::move(old), note);
      return true;
    }
    case Kind::script: {
      if (call.operation != "SendCommand") return false;
      cloud::State& state = course_->cloud().state;
      for (const auto& [account, held] : state.accounts)
        for (const auto& [region, things] : held.regions)
          for (const auto& [id, instance] : things.ec2.instances)
            state.scripted[id] = {{.match = "", .exit = 1, .output = "", .error = "explored"}};
      trail_.foreign.foreign.push_back("settings");
      pass();
      return true;
    }
    case Kind::perm:
      trail_.denied.insert(whole_name(call));
      pass();
      return true;
    case Kind::cancel:
      course_->cancel(course_->root_of(pending.start->id));
      answer(pending, fail(no_answer()), note);
      return true;
    case Kind::cancelled: {
      course_->cancel(course_->root_of(pending.start->id));
      Result<Value> made = course_->perform(pending);
      answer(pending, std::move(made), note + ": done");
      return true;
    }
    case Kind::stop:
      count(pending, "", note);
      course_->crash();
      return true;
    case Kind::stopped: {
      const Result<Value> made = course_->perform(pending);
      count(pending, made ? "" : made.error().name, note + ": done");
      course_->crash();
      return true;
    }
    case Kind::op_profile:
    case Kind::op_stop:
    case Kind::op_terminate:
    case Kind::op_delete:
      return operate(fault.kind, subject);
    case Kind::same:
    case Kind::other:
      return start_second(fault, subject);
    case Kind::next:
    case Kind::next_other:
      return false;  // not at a call
  }
  return false;
}

bool Walk::operate(Kind kind, const Subject& subject) {
  if (subject.instance.empty()) return false;
  const cloud::State before = course_->state();
  const std::string &account = before.default_account, &region = before.default_region;
  const Value ids = object({{"InstanceIds", Value::list({subject.instance})}});
  std::string profile;
  if (kind == Kind::op_stop || kind == Kind::op_terminate) {
    if (!course_->by_hand("ec2", kind == Kind::op_stop ? "StopInstances" : "TerminateInstances",
                          ids))
      return false;
  } else if (kind == Kind::op_profile) {
    // A profile of the operator's own, with the role that the instance had at first.
    constexpr std::string_view name = "operators-choice";
    const std::string old = profile_of(before, account, region, subject.instance);
    std::string role;
    for (const auto& [id, association] :
         before.accounts.at(account).regions.at(region).ec2.associations)
      if (association->instance == subject.instance && role.empty()) role = association->role;
    if (!course_->by_hand("iam", "CreateInstanceProfile", object({{"InstanceProfileName", name}})))
      return false;
    static_cast<void>(course_
                          ->by_hand("iam", "AddRoleToInstanceProfile",
                                    object({{"InstanceProfileName", name}, {"RoleName", role}}))
                          .has_value());
    // EC2 knows it already: the operator made it long ago.
    cloud::iam::State& iam = course_->cloud().state.account(account).iam;
    cloud::iam::InstanceProfile* made = iam.profiles.edit(name);
    made->created = made->changed = Time{};
    profile = made->arn;
    std::string current;
    for (const auto& [id, association] :
         course_->state().accounts.at(account).regions.at(region).ec2.associations)
      if (association->instance == subject.instance && !association->ended) current = id;
    const Value spec = object({{"Name", name}});
    const Result<Value> swapped =
        current.empty()
            ? course_->by_hand(
                  "ec2", "AssociateIamInstanceProfile",
                  object({{"InstanceId", subject.instance}, {"IamInstanceProfile", spec}}))
            : course_->by_hand("ec2", "ReplaceIamInstanceProfileAssociation",
                               object({{"AssociationId", current}, {"IamInstanceProfile", spec}}));
    if (!swapped || profile == old) return false;
  } else {
    const cloud::ec2::Association* original = nullptr;
    for (const auto& [id, association] :
         before.accounts.at(account).regions.at(region).ec2.associations)
      if (association->instance == subject.instance &&
          (!original || association->started < original->started))
        original = association.get();
    if (!original) return false;
    const std::string name = original->profile_arn.substr(original->profile_arn.rfind('/') + 1);
    static_cast<void>(
        course_
            ->by_hand("iam", "RemoveRoleFromInstanceProfile",
                      object({{"InstanceProfileName", name}, {"RoleName", original->role}}))
            .has_value());
    if (!course_->by_hand("iam", "DeleteInstanceProfile", object({{"InstanceProfileName", name}})))
      return false;
  }
  for (const cloud::Change& change : cloud::diff(before, course_->state()))
    trail_.foreign.foreign.push_back(change.key);
  trail_.last_change = now();
  if (!profile.empty()) trail_.foreign.profiles[subject.instance] = profile;
  if (passed_)
    write_down({.call = 0,
                .time = course_->clock().now(),
                .execution = "operator",
                .document = "",
                .step = "",
                .made = "",
                .effect = "changed",
                .error = "",
                .note = std::string(row_of(kind).name)});
  pass();
  return true;
}

bool Walk::start_second(const Fault& fault, const Subject& subject) {
  if (!trail_.second.empty() ||
      (fault.kind == Kind::other && subject.parameters_elsewhere.is_null()))
    return false;
  Result<std::string> id =
      course_->start(subject.document,
                     fault.kind == Kind::other ? subject.parameters_elsewhere : subject.parameters);
  if (!id) return false;
  trail_.second = *id;
  trail_.held = trail_.first;
  trail_.second_calls = fault.extra;
  return true;
}

bool Walk::second_open() const {
  const engine::Execution* second = course_->find(trail_.second);
  return second && !engine::terminal(second->status);
}

void Walk::give_way() {
  trail_.held = trail_.second;
  trail_.second_calls = 0;
}

bool Walk::run_again(const Subject& subject, bool elsewhere) {
  if (elsewhere && subject.parameters_elsewhere.is_null()) return false;
  limit_ = now() + longest_run;
  Result<std::string> id = course_->start(
      subject.document, elsewhere ? subject.parameters_elsewhere : subject.parameters);
  if (!id) return false;
  trail_.first = *id;
  trail_.second.clear();
  trail_.held.clear();
  trail_.withheld.reset();
  trail_.denied.clear();
  while (to_next_call()) pass();
  settle();
  return true;
}

void Walk::ignore(const Damage& damage) {
  for (const cloud::Change& change : damage.left) trail_.foreign.ignored.push_back(change.key);
}

void Walk::settle() {
  arrive(true);
  static_cast<void>(course_->advance(now() + quiet));
}

}  // namespace stint::explore
