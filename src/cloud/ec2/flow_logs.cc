// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Flow logs ("Logging IP traffic using VPC Flow Logs" of the VPC User Guide). They are kept and
// described; there is no traffic that they could tell of.
#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/resources.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr std::string_view standard_format =
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} "
    "${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

constexpr FilterPath flow_log_filters[] = {
    {"deliver-log-status", "DeliverLogsStatus"},
    {"flow-log-id", "FlowLogId"},
    {"log-destination-type", "LogDestinationType"},
    {"log-group-name", "LogGroupName"},
    {"resource-id", "ResourceId"},
    {"traffic-type", "TrafficType"},
};

Value describe(const FlowLog& log) {
  Object out{{"CreationTime", iso8601(log.created, true)},
             {"DeliverLogsStatus", "SUCCESS"},
             {"FlowLogId", log.id},
             {"FlowLogStatus", "ACTIVE"},
             {"ResourceId", log.resource},
             {"TrafficType", log.traffic},
             {"LogDestinationType", log.destination_kind},
             {"LogFormat", log.format},
             {"MaxAggregationInterval", log.interval},
             {"Tags", tag_list(log.tags)}};
  if (!log.role.empty()) out.append("DeliverLogsPermissionArn", log.role);
  if (!log.group.empty()) out.append("LogGroupName", log.group);
  if (!log.destination.empty()) out.append("LogDestination", log.destination);
  return Value(std::move(out));
}

std::unexpected<Error> missing_parameter(std::string_view name) {
  return fault("MissingParameter", fmt::format("The request must contain the parameter {}", name));
}

struct Logged {
  std::string_view kind, prefix, type;
};
constexpr Logged logged_kinds[] = {{"NetworkInterface", "eni-", "network-interface"},
                                   {"Subnet", "subnet-", "subnet"},
                                   {"VPC", "vpc-", "vpc"}};
const Logged* logged_kind(std::string_view name) {
  for (const Logged& kind : logged_kinds)
    if (kind.kind == name) return &kind;
  return nullptr;
}

bool is_there(const Call& call, const Logged& kind, const std::string& id) {
  if (!id.starts_with(kind.prefix)) return false;
  if (kind.kind == "VPC") return find_thing<Vpc>(call, id).has_value();
  if (kind.kind == "Subnet") return find_thing<Subnet>(call, id).has_value();
  return find_thing<NetworkInterface>(call, id).has_value();
}

/// What all logs of a request have in common.
Result<FlowLog> read_flow_log(Call& call, const Value& in) {
  FlowLog log{.traffic = in.text("TrafficType"),
              .destination_kind = in.text("LogDestinationType"),
              .destination = in.text("LogDestination"),
              .group = in.text("LogGroupName"),
              .role = in.text("DeliverLogsPermissionArn"),
              .format = in.text("LogFormat"),
              .interval = static_cast<int>(in.integer("MaxAggregationInterval", 600)),
              .created = call.now};
  if (log.traffic.empty()) return missing_parameter("trafficType");
  if (log.traffic != "ACCEPT" && log.traffic != "REJECT" && log.traffic != "ALL")
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter trafficType is invalid.", log.traffic));
  if (log.interval != 60 && log.interval != 600)
    return fault("InvalidParameterValue", "Invalid Flow Log Max Aggregation Interval");
  if (log.format.empty()) log.format = standard_format;
  if (log.destination_kind.empty()) log.destination_kind = "cloud-watch-logs";
  if (!log.group.empty() && !log.destination.empty())
    return fault("InvalidParameterCombination",
                 "Please only provide LogGroupName or only provide LogDestination.");
  if (log.destination_kind == "cloud-watch-logs") {
    if (log.group.empty() && log.destination.empty()) return missing_parameter("logDestination");
    if (log.role.empty())
      return fault("InvalidParameter",
                   "DeliverLogsPermissionArn can't be empty if LogDestinationType is "
                   "cloud-watch-logs.");
    if (log.group.empty()) {
      constexpr std::string_view mark = ":log-group:";
      const std::size_t at = log.destination.find(mark);
      if (at == std::string::npos)
        return fault("InvalidParameter", "LogDestination is no ARN of a log group.");
      log.group = log.destination.substr(at + mark.size());
    }
  } else if (log.destination_kind == "s3" || log.destination_kind == "kinesis-data-firehose") {
    if (log.destination.empty())
      return fault("InvalidParameter",
                   "LogDestination can't be empty if LogGroupName is not "
                   "provided.");
    if (!log.role.empty() && log.destination_kind == "s3")
      return fault("InvalidParameter",
                   "DeliverLogsPermissionArn is not applicable for s3 delivery");
  } else {
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter logDestinationType is invalid.",
                             log.destination_kind));
  }
  if (!log.role.empty()) {
    policy::Context context;
    context.set("iam:PassedToService", "vpc-flow-logs.amazonaws.com");
    TRY(call.authorise("iam:PassRole", log.role, std::move(context)));
  }
  return log;
}

Value unsuccessful(const std::string& id, const Error& error) {
  return object(
      {{"ResourceId", id}, {"Error", object({{"Code", error.name}, {"Message", error.message}})}});
}

}  // namespace

Resources flow_log_resources(const Call& call, const Value& in) {
  Resources out = made<"vpc-flow-log">(call, in);
  if (const Logged* kind = logged_kind(in.text("ResourceType")))
    for (std::string& arn : ids_at(call, in, kind->type, "ResourceIds", false))
      out.push_back(std::move(arn));
  return out;
}

Result<Value> create_flow_logs(Call& call, const Value& in) {
  const std::vector<std::string> before = TRY(made_before(call, in));
  if (!before.empty())
    return object({{"FlowLogIds", to_value(before)}, {"Unsuccessful", Value::List()}});
  const Logged* kind = logged_kind(in.text("ResourceType"));
  if (!kind)
    return fault("InvalidParameterValue", fmt::format("Value ({}) for parameter resourceType is "
                                                      "invalid.",
                                                      in.text("ResourceType")));
  if (in.items("ResourceIds").empty()) return missing_parameter("resourceIds");
  FlowLog log = TRY(read_flow_log(call, in));
  log.tags = TRY(tags_for(call, in, "vpc-flow-log"));
  std::vector<std::string> ids;
  Value::List bad;
  for (const Value& one : in.items("ResourceIds")) {
    log.resource = one.as_text();
    if (!is_there(call, *kind, log.resource)) {
      bad.push_back(unsuccessful(log.resource, wrong_id(kind->prefix, log.resource)));
      continue;
    }
    bool same = false;
    for (const FlowLog& other : all_things<FlowLog>(call))
      same = same || (other.resource == log.resource && other.traffic == log.traffic &&
                      other.destination == log.destination && other.group == log.group);
    if (same) {
      bad.push_back(unsuccessful(
          log.resource, {Code::conflict, "FlowLogAlreadyExists",
                         "Error. There is an existing Flow Log with the same configuration and log "
                         "destination.",
                         400}));
      continue;
    }
    log.id = call.new_hex_id("fl-0", 16);
    ids.push_back(log.id);
    keep(call, log);
  }
  if (!ids.empty()) {
    call.effect = "created";
    remember_made(call, in, ids);
  }
  return object({{"FlowLogIds", to_value(ids)}, {"Unsuccessful", Value(std::move(bad))}});
}

Result<Value> describe_flow_logs(Call& call, const Value& in) {
  Value asked = in;
  asked.set("Filters", in["Filter"]);  // alone among listings it has the singular
  Value::List rows;
  for (const FlowLog& log : all_things<FlowLog>(call)) rows.push_back(describe(log));
  return list_rows(asked,
                   {.member = "FlowLogs",
                    .ids = "FlowLogIds",
                    .id = "FlowLogId",
                    .prefix = "fl-",
                    .filters = flow_log_filters},
                   std::move(rows));
}

Result<Value> delete_flow_logs(Call& call, const Value& in) {
  Value::List bad;
  for (const Value& one : in.items("FlowLogIds")) {
    const std::string& id = one.as_text();
    auto log = need<FlowLog>(call, id);
    if (!log) {
      bad.push_back(unsuccessful(id, log.error()));
      continue;
    }
    drop<FlowLog>(call, id);
    call.effect = "deleted";
  }
  return object({{"Unsuccessful", Value(std::move(bad))}});
}

}  // namespace stint::cloud::ec2
