// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "aws/gunzip.h"
#include "aws/pack.h"
#include "aws/testing.h"
#include "base/file.h"
#include "base/hash.h"

namespace stint::aws {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view tiny_model = R"({
  "metadata": {"apiVersion": "2020-01-01", "endpointPrefix": "tiny", "protocol": "json",
               "jsonVersion": "1.1", "targetPrefix": "Tiny", "serviceId": "Tiny"},
  "operations": {
    "GetTree": {"name": "GetTree", "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "Tree"}, "output": {"shape": "Tree"},
                "errors": [{"shape": "NoTree"}], "documentation": "long words"},
    "ListDBTrees": {"name": "ListDBTrees", "http": {"method": "POST", "requestUri": "/"}}},
  "shapes": {
    "Tree": {"type": "structure", "required": ["Name"],
             "members": {"Name": {"shape": "Name"}, "Children": {"shape": "Trees"}}},
    "Trees": {"type": "list", "member": {"shape": "Tree"}, "max": 3},
    "Name": {"type": "string", "min": 1, "max": 9, "pattern": "[a-z]+", "enum": ["oak", "elm"]},
    "NoTree": {"type": "structure", "members": {}, "exception": true,
               "error": {"code": "Tree.None", "httpStatusCode": 410}}}})";

/// A directory of its own for each test, empty at the start and gone at the end.
class ModelFiles : public ::testing::Test {
 protected:
  ModelFiles() {
    std::string path = (fs::temp_directory_path() / "stint-models-XXXXXX").string();
    directory_ = mkdtemp(path.data());
  }
  ~ModelFiles() override { fs::remove_all(directory_); }

  void write(const std::string& path, std::string_view content) {
    fs::create_directories(fs::path(directory_ + "/" + path).parent_path());
    ASSERT_TRUE(write_file(directory_ + "/" + path, content));
  }
  Models models() const {
    return Models({.data_paths = {directory_ + "/first", directory_ + "/second"},
                   .cache_directory = directory_ + "/cache",
                   .debian_path = directory_ + "/debian"});
  }
  std::vector<std::string> cached() const {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(directory_ + "/cache", none))
      paths.push_back(entry.path().string());
    return paths;
  }

  std::string directory_;
};

std::unique_ptr<Service> tiny() {
  return std::make_unique<Service>(Pack::own(pack_model("tiny", tiny_model).value()).value());
}

TEST(Pack, KeepsWhatTheModelSays) {
  std::unique_ptr<Service> service = tiny();
  EXPECT_EQ(service->name(), "tiny");
  EXPECT_EQ(service->protocol(), Protocol::json);
  EXPECT_EQ(service->target_prefix(), "Tiny");
  EXPECT_EQ(service->signing_name(), "tiny") << "the endpoint prefix, without a signing name";
  Operation operation = service->find("GetTree").value();
  EXPECT_EQ(operation.http_method(), "POST");
  EXPECT_EQ(&operation.service(), service.get());
  Shape tree = operation.input().value();
  EXPECT_TRUE(tree.find("Name")->required());
  EXPECT_FALSE(tree.find("Children")->required());
  EXPECT_FALSE(tree.find("name")) << "exact";
  EXPECT_EQ(tree.find_folded("chil_dren")->name(), "Children");
  Shape again = tree.find("Children")->shape().item();
  EXPECT_EQ(again.name(), "Tree") << "shapes may hold themselves";
  EXPECT_EQ(again.find("Children")->shape().max(), 3.0);
  Shape name = tree.find("Name")->shape();
  EXPECT_EQ(name.min(), 1.0);
  EXPECT_EQ(name.pattern(), "[a-z]+");
  EXPECT_EQ(name.enumeration(), (std::vector<std::string_view>{"oak", "elm"}));
  ASSERT_EQ(operation.errors().size(), 1u);
  EXPECT_EQ(operation.errors()[0].error_code(), "Tree.None");
  EXPECT_EQ(service->find_error("Tree.None")->error_status(), 410);
  EXPECT_FALSE(service->find_error("NoTree"));
}

TEST(Pack, FindsOperationsUnderAnySpelling) {
  std::unique_ptr<Service> service = tiny();
  for (std::string_view spelling : {"ListDBTrees", "listDBTrees", "list_db_trees", "list-db-trees",
                                    "LISTDBTREES", "ListDbTrees"})
    EXPECT_EQ(service->find_folded(spelling)->name(), "ListDBTrees") << spelling;
  for (std::string_view unknown : {"", "ListDBTree", "ListDBTreesX", "Trees"})
    EXPECT_FALSE(service->find_folded(unknown)) << unknown;
  EXPECT_FALSE(service->find("list_db_trees")) << "exact";
}

TEST(Pack, RefusesWhatIsCutShortOrChanged) {
  const std::string good = pack_model("tiny", tiny_model).value();
  for (std::size_t length = 0; length < good.size(); length += 7)
    EXPECT_FALSE(Pack::own(good.substr(0, length))) << length;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    EXPECT_FALSE(Pack::own(changed)) << at;
  }
}

// The checksum only says that nothing changed by accident: a pack that was made wrong must not
// lead outside either.
TEST(Pack, ChecksEveryReferenceEvenWhenTheChecksumIsRight) {
  const std::string good = pack_model("tiny", tiny_model).value();
  int refused = 0;
  for (std::size_t at = offsetof(PackHeader, name); at + 4 <= good.size(); at += 4) {
    std::string changed = good;
    const std::uint32_t wild = 0x7fffff00;
    changed.replace(at, 4, reinterpret_cast<const char*>(&wild), 4);
    PackHeader header;
    std::memcpy(&header, changed.data(), sizeof header);
    header.checksum = pack_checksum(std::string_view(changed).substr(offsetof(PackHeader, name)));
    std::memcpy(changed.data(), &header, sizeof header);
    Result<std::unique_ptr<Pack>> pack = Pack::own(changed);
    if (!pack) {
      ++refused;
      continue;
    }
    // What was taken must be safe to read to the end.
    Service service(std::move(*pack));
    for (std::size_t i = 0; i < service.operation_count(); ++i) {
      std::optional<Shape> input = service.operation(i).input();
      for (std::size_t m = 0; input && m < input->member_count(); ++m)
        EXPECT_LT(input->member(m).location_name().size(), good.size());
    }
  }
  EXPECT_GT(refused, 50);
}

TEST(Pack, ModelsThatDoNotHoldTogetherAreErrors) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"{", "does not read"},
      {"[]", "is not a JSON object"},
      {"{}", "has no metadata"},
      {R"({"metadata": {"protocol": "smoke"}, "operations": {}, "shapes": {}})", "\"smoke\""},
      {R"({"metadata": {"protocol": "json"}, "shapes": {},
           "operations": {"A": {"input": {"shape": "Gone"}}}})",
       "\"Gone\""},
      {R"({"metadata": {"protocol": "json"}, "shapes": {"S": {"type": "cloud"}},
           "operations": {}})",
       "\"cloud\""},
      {R"({"metadata": {"protocol": "json"}, "shapes": {"S": {"type": "list"}},
           "operations": {}})",
       "which it lacks"},
  };
  for (const auto& [model, text] : cases) {
    Result<std::string> packed = pack_model("bad", model);
    ASSERT_FALSE(packed) << model;
    EXPECT_EQ(packed.error().code, Code::invalid);
    EXPECT_NE(packed.error().message.find(text), std::string::npos) << packed.error().message;
  }
}

TEST(Pack, ExtrasAreMergedMemberByMember) {
  const std::string extra = R"({"version": 1.0, "merge": {"shapes": {
    "Tree": {"members": {"Age": {"shape": "Years"}}},
    "Years": {"type": "integer"}, "Name": {"enum": ["ash"]}}}})";
  Service service(Pack::own(pack_model("tiny", tiny_model, {extra}).value()).value());
  Shape tree = service.find("GetTree")->input().value();
  EXPECT_EQ(tree.member_count(), 3u);
  EXPECT_EQ(tree.find("Age")->shape().type(), ShapeType::integer);
  EXPECT_EQ(tree.find("Name")->shape().enumeration(), (std::vector<std::string_view>{"ash"}))
      << "lists are replaced";
  EXPECT_EQ(tree.find("Name")->shape().min(), 1.0) << "the rest stays";
}

TEST_F(ModelFiles, TheFirstPlaceAndTheNewestVersionWin) {
  write("second/tiny/2030-01-01/service-2.json", "{}");
  write("first/tiny/2019-01-01/service-2.json", "{}");
  write("first/tiny/2020-01-01/service-2.json", tiny_model);
  write("first/tiny/2031-01-01/paginators-1.json", "{}");
  Models models = this->models();
  Result<const Service*> service = models.service(" Tiny ");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ((*service)->api_version(), "2020-01-01");
  EXPECT_EQ(models.service("tiny").value(), *service) << "loaded once";
  EXPECT_EQ(models.names(), (std::vector<std::string>{"tiny"}));
}

TEST_F(ModelFiles, AnUnknownServiceIsHintedAt) {
  write("debian/dynamodb/2012-08-10/service-2.json", tiny_model);
  Models models = this->models();
  Result<const Service*> service = models.service("dynamo-db");
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().code, Code::not_found);
  EXPECT_EQ(service.error().message,
            "there is no AWS service \"dynamo-db\"; did you mean \"dynamodb\"?");
  for (std::string_view odd : {"", "..", "../debian/dynamodb", "a/b"})
    EXPECT_EQ(models.service(odd).error().code, Code::not_found) << odd;
}

TEST_F(ModelFiles, APackIsKeptAndMadeAnewWhenDamagedOrOld) {
  write("debian/tiny/2020-01-01/service-2.json", tiny_model);
  ASSERT_TRUE(models().service("tiny"));
  ASSERT_EQ(cached().size(), 1u);
  const std::string kept = cached()[0], good = read_file(kept).value();

  ASSERT_TRUE(write_file(kept, good.substr(0, 100)));
  ASSERT_TRUE(models().service("tiny")) << "a damaged pack is no obstacle";
  EXPECT_EQ(read_file(kept).value(), good) << "and is mended";

  write("debian/tiny/2020-01-01/service-2.sdk-extras.json",
        R"({"merge": {"shapes": {"Tree": {"members": {"More": {"shape": "Name"}}}}}})");
  Models again = models();
  EXPECT_TRUE(again.service("tiny").value()->find("GetTree")->input()->find("More"));
  EXPECT_EQ(cached().size(), 2u) << "another source, another pack";
}

TEST_F(ModelFiles, WithoutAPlaceForPacksItWorksAllTheSame) {
  write("debian/tiny/2020-01-01/service-2.json", tiny_model);
  write("cache", "a file where the directory should be");
  EXPECT_TRUE(models().service("tiny"));
}

TEST_F(ModelFiles, ADamagedModelIsAnErrorThatNamesTheFile) {
  write("debian/tiny/2020-01-01/service-2.json", "{\"metadata\": 3");
  Models models = this->models();
  Result<const Service*> service = models.service("tiny");
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().code, Code::invalid);
  EXPECT_NE(service.error().message.find("2020-01-01/service-2.json"), std::string::npos);
}

TEST(Models, TheProgramCarriesTheEmbeddedServices) {
  Models models({.embedded = embedded_models(), .debian_path = "/nowhere"});
  for (std::string_view name : {"ec2", "iam", "kms", "logs", "s3", "sns", "sqs", "ssm", "sts"}) {
    Result<const Service*> service = models.service(name);
    ASSERT_TRUE(service) << service.error().message;
    EXPECT_EQ((*service)->name(), name);
  }
  EXPECT_TRUE(models.service("iam").value()->global());
  EXPECT_FALSE(models.service("sts").value()->global());
  EXPECT_FALSE(models.service("lambda"));
  EXPECT_EQ(models.service("ec2").value()->find_folded("describe_instances")->name(),
            "DescribeInstances");
}

TEST(Models, SystemsManagerKnowsWhatNewerClientsSend) {
  Models models({.embedded = embedded_models(), .debian_path = "/nowhere"});
  const Service& ssm = *models.service("ssm").value();
  EXPECT_TRUE(ssm.find("StartAutomationExecution")->input()->find("TargetLocationsURL"));
  Shape execution =
      ssm.find("GetAutomationExecution")->output()->find("AutomationExecution")->shape();
  EXPECT_TRUE(execution.find("Variables"));
  Shape step = execution.find("StepExecutions")->shape().item();
  EXPECT_TRUE(step.find("ParentStepDetails")->shape().find("IteratorValue"));
  auto has = [](const Shape& shape, std::string_view word) {
    auto words = shape.enumeration();
    return std::ranges::find(words, word) != words.end();
  };
  EXPECT_TRUE(has(step.find("StepStatus")->shape(), "Exited"));
  EXPECT_TRUE(has(step.find("StepStatus")->shape(), "TimedOut")) << "the older words stay";
  EXPECT_TRUE(
      has(ssm.find("SendAutomationSignal")->input()->find("SignalType")->shape(), "Revoke"));
  EXPECT_TRUE(ssm.find("GetExecutionPreview")->output()->find("ExecutionPreview"));
}

TEST(Gunzip, ReadsStoredFixedAndDynamicBlocks) {
  // Made with Python's zlib: level 0, Z_FIXED, and level 9 with codes of its own.
  std::string trees;
  for (int i = 0; i < 120; ++i)
    trees += std::to_string(i * i) + " trees and " + std::to_string(i % 7) + " words;";
  const std::pair<std::string_view, std::string> cases[] = {
      {"H4sIAAAAAAAEAwEFAPr/aGVsbG+GphA2BQAAAA==", "hello"},
      {"H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA==", "hello hello hello"},
      {"H4sIAAAAAAACA22VS4ocQQxEr9JH0D+V+DSGma0NMwZf37XoSpfgbUU1/RQZipDXn6/Pz+/Xz18fL3n9/f31"
       "8f1DHzN9z+Ixs/dsP2Z+/7Yew3gPLR/DfA/9+WXdf7OBpwKAWoFIRYjJFKA0Aqi0NmDpLuCysZeeZQvIrEkt"
       "twAyLwWyGLsdwUKBLJokS9tAlquArMZuN1mNb2+yZaTZGgw3WQe5a4/djr+GDuc1BUVTGQqf99Qkn+l8u+N8"
       "Gw9946kXKXc5KAgw2W81lvxvuOHkA7iK5NMeF3IAt6PpZGx5A5rylZqQguYSAGgh5DzLseU5ihK6V1tCCloP"
       "kgO4leznc8sb0NXpaK+TIwXdiyLOo8mDPt/yHO4yulzvIAV9F6VdCHowpmNvwPCk841oUjDKKPRilWIYjy1v"
       "wBS84dQmBdONki9jkQezsCtyLbri3IZ9IRh/1+7kwQosjcpSTEBUsLoxAyXJg4ubY/mmK15ZpOBaQTm4Nnqw"
       "FeujrRVTmju3gnKw28mDW7BDLj664h1CCu4SysHdQh68lsQmuTpDuEtCuEwKs/AqGcU6UeE+UXMslKs6sFG0"
       "CitFu7FTTLlUzA1bxTKwVmwV9opttKS6YbOoR9JZX1HM7ezbKBo1tMiX/wBpF3acrgoAAA==",
       trees},
  };
  for (const auto& [encoded, text] : cases) {
    const std::string file = from_base64(encoded).value();
    EXPECT_EQ(gunzip(file).value(), text);
    EXPECT_FALSE(gunzip(file, text.size() - 1)) << "larger than allowed";
    for (std::size_t length = 0; length < file.size(); ++length)
      EXPECT_FALSE(gunzip(file.substr(0, length))) << "cut at " << length;
    for (std::size_t at = 10; at < file.size(); ++at) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ 0x24);
      Result<std::string> read = gunzip(changed);
      EXPECT_TRUE(!read || *read == text) << "changed at " << at;
    }
  }
}

TEST_F(ModelFiles, ReadsModelsThatAreZipped) {
  // A gzip file may be of stored blocks only; that is easy to write here.
  const std::string text(tiny_model);
  std::string file("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01", 11);
  auto number = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file += static_cast<char>((value >> (8 * i)) & 0xff);
  };
  std::uint32_t checksum = 0xffffffff;
  for (unsigned char c : text) {
    checksum ^= c;
    for (int bit = 0; bit < 8; ++bit) checksum = (checksum >> 1) ^ (checksum & 1 ? 0xEDB88320u : 0);
  }
  number(static_cast<std::uint32_t>(text.size()), 2);
  number(~static_cast<std::uint32_t>(text.size()), 2);
  file += text;
  number(~checksum, 4);
  number(static_cast<std::uint32_t>(text.size()), 4);
  write("first/tiny/2024-01-01/service-2.json.gz", file);
  Models models = this->models();
  Result<const Service*> service = models.service("tiny");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_TRUE((*service)->find("GetTree"));
}

}  // namespace
}  // namespace stint::aws
