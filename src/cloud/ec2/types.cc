// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Types of instances ("Amazon EC2 instance types"): a set that is common, not all there are.
#include "cloud/ec2/types.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"

namespace stint::cloud::ec2 {
namespace {

struct Size {
  std::string_view name;
  int cpus, memory;
};
constexpr Size burstable[] = {{"nano", 2, 512},     {"micro", 2, 1024}, {"small", 2, 2048},
                              {"medium", 2, 4096},  {"large", 2, 8192}, {"xlarge", 4, 16384},
                              {"2xlarge", 8, 32768}};
constexpr Size old_burstable[] = {{"nano", 1, 512},     {"micro", 1, 1024}, {"small", 1, 2048},
                                  {"medium", 2, 4096},  {"large", 2, 8192}, {"xlarge", 4, 16384},
                                  {"2xlarge", 8, 32768}};
constexpr Size first[] = {
    {"small", 1, 1740}, {"medium", 1, 3788}, {"large", 2, 7680}, {"xlarge", 4, 15360}};
/// vCPUs of the sizes that families without a list of their own come in.
constexpr Size common[] = {{"large", 2, 0},     {"xlarge", 4, 0},   {"2xlarge", 8, 0},
                           {"4xlarge", 16, 0},  {"8xlarge", 32, 0}, {"12xlarge", 48, 0},
                           {"16xlarge", 64, 0}, {"24xlarge", 96, 0}};

struct Family {
  std::string_view name;
  int memory;  ///< GiB a vCPU; 0: the sizes tell
  std::span<const Size> sizes;
  bool arm = false, burstable = false, current = true, xen = false;
};
constexpr Family families[] = {
    {"c4", 2, common, false, false, false, true},
    {"c5", 2, common},
    {"c5a", 2, common},
    {"c6a", 2, common},
    {"c6g", 2, common, true},
    {"c6i", 2, common},
    {"c7g", 2, common, true},
    {"c7i", 2, common},
    {"m1", 0, first, false, false, false, true},
    {"m3", 4, common, false, false, false, true},
    {"m4", 4, common, false, false, false, true},
    {"m5", 4, common},
    {"m5a", 4, common},
    {"m6a", 4, common},
    {"m6g", 4, common, true},
    {"m6i", 4, common},
    {"m7g", 4, common, true},
    {"m7i", 4, common},
    {"r4", 8, common, false, false, false, true},
    {"r5", 8, common},
    {"r5a", 8, common},
    {"r6g", 8, common, true},
    {"r6i", 8, common},
    {"t2", 0, old_burstable, false, true, true, true},
    {"t3", 0, burstable, false, true},
    {"t3a", 0, burstable, false, true},
    {"t4g", 0, burstable, true, true},
};

constexpr FilterPath type_filters[] = {
    {"bare-metal", "BareMetal"},
    {"burstable-performance-supported", "BurstablePerformanceSupported"},
    {"current-generation", "CurrentGeneration"},
    {"free-tier-eligible", "FreeTierEligible"},
    {"hypervisor", "Hypervisor"},
    {"instance-type", "InstanceType"},
    {"memory-info.size-in-mib", "MemoryInfo.SizeInMiB"},
    {"processor-info.supported-architecture", "ProcessorInfo.Architecture"},
    {"supported-root-device-type", "RootDeviceType"},
    {"vcpu-info.default-vcpus", "VCpuInfo.DefaultVCpus"},
};

InstanceType make(const Family& family, const Size& size) {
  return {.name = fmt::format("{}.{}", family.name, size.name),
          .cpus = size.cpus,
          .memory = family.memory ? family.memory * size.cpus * 1024 : size.memory,
          .arm = family.arm,
          .burstable = family.burstable,
          .current = family.current,
          .xen = family.xen};
}

Value describe(const InstanceType& type) {
  return object(
      {{"InstanceType", type.name},
       {"CurrentGeneration", type.current},
       {"FreeTierEligible", type.name == "t2.micro" || type.name == "t3.micro"},
       {"SupportedUsageClasses", Value::list({"on-demand", "spot"})},
       {"SupportedRootDeviceTypes", Value::list({"ebs"})},
       {"SupportedVirtualizationTypes", Value::list({"hvm"})},
       {"BareMetal", false},
       {"Hypervisor", type.xen ? "xen" : "nitro"},
       {"ProcessorInfo", object({{"SupportedArchitectures", Value::list({architecture_of(type)})},
                                 {"SustainedClockSpeedInGhz", 2.5}})},
       {"VCpuInfo",
        object({{"DefaultVCpus", type.cpus},
                {"DefaultCores", type.arm || type.cpus == 1 ? type.cpus : type.cpus / 2},
                {"DefaultThreadsPerCore", type.arm || type.cpus == 1 ? 1 : 2}})},
       {"MemoryInfo", object({{"SizeInMiB", type.memory}})},
       {"InstanceStorageSupported", false},
       {"EbsInfo", object({{"EbsOptimizedSupport", type.current ? "default" : "supported"},
                           {"EncryptionSupport", "supported"},
                           {"NvmeSupport", type.xen ? "unsupported" : "required"}})},
       {"NetworkInfo", object({{"NetworkPerformance", "Up to 5 Gigabit"},
                               {"MaximumNetworkInterfaces", type.cpus < 4 ? 3 : 4},
                               {"Ipv4AddressesPerInterface", 10},
                               {"Ipv6AddressesPerInterface", 10},
                               {"Ipv6Supported", true},
                               {"EnaSupport", type.xen ? "unsupported" : "required"},
                               {"EfaSupported", false}})},
       {"PlacementGroupInfo",
        object({{"SupportedStrategies", Value::list({"partition", "spread"})}})},
       {"HibernationSupported", false},
       {"BurstablePerformanceSupported", type.burstable},
       {"DedicatedHostsSupported", !type.burstable},
       {"AutoRecoverySupported", true},
       {"SupportedBootModes", Value::list({type.arm ? "uefi" : "legacy-bios"})}});
}

}  // namespace

std::optional<InstanceType> find_type(std::string_view name) {
  if (name == "t1.micro")
    return InstanceType{.name = "t1.micro", .memory = 627, .current = false, .xen = true};
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return std::nullopt;
  for (const Family& family : families)
    if (family.name == name.substr(0, dot))
      for (const Size& size : family.sizes)
        if (size.name == name.substr(dot + 1)) return make(family, size);
  if (name == "m3.medium")
    return InstanceType{.name = "m3.medium", .memory = 3840, .current = false, .xen = true};
  return std::nullopt;
}

std::vector<InstanceType> instance_types() {
  std::vector<InstanceType> out{*find_type("t1.micro"), *find_type("m3.medium")};
  for (const Family& family : families)
    for (const Size& size : family.sizes) out.push_back(make(family, size));
  std::ranges::sort(out, {}, &InstanceType::name);
  return out;
}

Result<Value> describe_instance_types(Call&, const Value& in) {
  std::vector<std::string> unknown;
  for (const Value& name : in.items("InstanceTypes"))
    if (!find_type(name.as_text())) unknown.push_back(name.as_text());
  if (!unknown.empty())
    return fault("InvalidInstanceType",
                 fmt::format("The following supplied instance types do not exist: [{}]",
                             join(unknown, ", ")));
  Value::List rows;
  for (const InstanceType& type : instance_types()) {
    const Value::List& wanted = in.items("InstanceTypes");
    if (!wanted.empty() && std::ranges::find(wanted, Value(type.name)) == wanted.end()) continue;
    // The filter about the architecture looks at a list of plain texts.
    Value row = describe(type);
    row.edit_object().find("ProcessorInfo")->set("Architecture", architecture_of(type));
    row.set("RootDeviceType", "ebs");
    rows.push_back(std::move(row));
  }
  Value paged = in;
  paged.edit_object().erase("InstanceTypes");
  Value answer = TRY(list_rows(
      paged,
      {.member = "InstanceTypes", .id = "InstanceType", .filters = type_filters, .most = 100},
      std::move(rows)));
  for (Value& row : answer.edit_object().find("InstanceTypes")->edit_list()) {
    row.edit_object().find("ProcessorInfo")->edit_object().erase("Architecture");
    row.edit_object().erase("RootDeviceType");
  }
  return answer;
}

Result<Value> describe_instance_type_offerings(Call& call, const Value& in) {
  constexpr FilterPath known[] = {{"instance-type", "InstanceType"}, {"location", "Location"}};
  const std::string kind =
      in.text("LocationType").empty() ? std::string("region") : in.text("LocationType");
  std::vector<std::string> places{call.region};
  if (kind != "region") {
    places.clear();
    for (const char letter : zone_letters(call.region)) {
      const std::string zone = call.region + letter;
      places.push_back(kind == "availability-zone-id" ? zone_id(zone) : zone);
    }
  }
  Value::List rows;
  for (const InstanceType& type : instance_types())
    for (const std::string& place : places)
      rows.push_back(object({{"InstanceType", type.name},
                             {"LocationType", kind},
                             {"Location", place},
                             {"Key", fmt::format("{}/{}", type.name, place)}}));
  Value answer = TRY(list_rows(
      in, {.member = "InstanceTypeOfferings", .id = "Key", .filters = known}, std::move(rows)));
  for (Value& row : answer.edit_object().find("InstanceTypeOfferings")->edit_list())
    row.edit_object().erase("Key");
  return answer;
}

}  // namespace stint::cloud::ec2
