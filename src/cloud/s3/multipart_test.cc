// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/multipart.h"

#include <map>

#include "base/hash.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/checksums.h"
#include "cloud/s3/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::S3World;

constexpr std::string_view multipart_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "nobody": {"secret": "s", "principal": "nobody"}},
  "users": {"nobody": {}},
  "buckets": {"b": {"objects": {"source": {"text": "0123456789"}}}}
})";

/// A store in memory, to see what goes there.
class MapBodies final : public s3::BodyStore {
 public:
  Result<void> put(const std::string& hash, std::string_view bytes) override {
    if (full) return fail(Code::unavailable, "the disk is full");
    files[hash] = bytes;
    return {};
  }
  Result<std::string> get(const std::string& hash, std::size_t first,
                          std::size_t count) const override {
    auto found = files.find(hash);
    if (found == files.end()) return fail(Code::unavailable, "not there");
    return found->second.substr(first, count);
  }
  std::map<std::string, std::string> files;
  bool full = false;
};

struct Multipart : S3World {
  Multipart() : S3World(multipart_world) {}
  std::string begin(const std::string& key = "k") {
    return get("CreateMultipartUpload", object({{"Bucket", "b"}, {"Key", key}})).text("UploadId");
  }
  Value part(const std::string& id, int number, std::string bytes) {
    return get("UploadPart", object({{"Bucket", "b"},
                                     {"Key", "k"},
                                     {"UploadId", id},
                                     {"PartNumber", number},
                                     {"Body", std::move(bytes)}}));
  }
  Value completion(const std::string& id, const std::vector<std::pair<int, std::string>>& parts) {
    Value list{Value::List()};
    for (const auto& [number, etag] : parts)
      list.push(object({{"PartNumber", number}, {"ETag", etag}}));
    return object({{"Bucket", "b"},
                   {"Key", "k"},
                   {"UploadId", id},
                   {"MultipartUpload", object({{"Parts", std::move(list)}})}});
  }
};

const std::string big(s3::smallest_part, 'x');

TEST_F(Multipart, MakesOneObjectOfItsParts) {
  const std::string id = begin();
  const std::string one = part(id, 1, big).text("ETag"), two = part(id, 7, "end").text("ETag");
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"k"})"), "NoSuchKey");
  const Value done = get("CompleteMultipartUpload", completion(id, {{1, one}, {7, two}}));
  EXPECT_EQ(done.text("ETag"), "\"" + hex(md5(md5(big) + md5("end"))) + "-2\"");
  const Value object = get("GetObject", R"({"Bucket":"b","Key":"k"})");
  EXPECT_EQ(object.text("Body"), big + "end");
  EXPECT_EQ(object.text("ETag"), done.text("ETag"));
  const Value last = get("GetObject", R"({"Bucket":"b","Key":"k","PartNumber":2})");
  EXPECT_EQ(last.text("Body"), "end");
  EXPECT_EQ(last.integer("PartsCount"), 2);
  EXPECT_EQ(
      get("GetObject", R"({"Bucket":"b","Key":"k","Range":"bytes=5242878-5242881"})").text("Body"),
      "xxen")
      << "a range across two parts";
  EXPECT_EQ(code("ListParts", stint::object({{"Bucket", "b"}, {"Key", "k"}, {"UploadId", id}})),
            "NoSuchUpload");
  EXPECT_TRUE(cloud.state.s3.parts.empty());
}

TEST_F(Multipart, LeavesOutPartsThatAreNotNamedAndReplacesThoseSentTwice) {
  const std::string id = begin();
  part(id, 1, "first try");
  const std::string one = part(id, 1, big).text("ETag");
  part(id, 2, "not wanted");
  const std::string three = part(id, 3, "end").text("ETag");
  get("CompleteMultipartUpload", completion(id, {{1, one}, {3, three}}));
  EXPECT_EQ(get("HeadObject", R"({"Bucket":"b","Key":"k"})").integer("ContentLength"),
            static_cast<std::int64_t>(big.size() + 3));
}

TEST_F(Multipart, RefusesWhatIsWrong) {
  const std::string id = begin();
  const std::string one = part(id, 1, "small").text("ETag"), two = part(id, 2, "end").text("ETag");
  struct Case {
    const char* operation;
    Value input;
    const char* expected;
  };
  auto with = [&](Value input, const char* name, Value value) {
    input.set(name, std::move(value));
    return input;
  };
  const Value plain = object({{"Bucket", "b"}, {"Key", "k"}, {"UploadId", id}});
  for (const auto& [operation, input, expected] : std::vector<Case>{
           {"CompleteMultipartUpload", completion(id, {{1, one}, {2, two}}),
            "EntityTooSmall 400: Your proposed upload is smaller than the minimum allowed size"},
           {"CompleteMultipartUpload", completion(id, {{2, two}, {1, one}}),
            "InvalidPartOrder 400: The list of parts was not in ascending order. The parts list "
            "must be specified in order by part number."},
           {"CompleteMultipartUpload", completion(id, {{1, one}, {1, one}}),
            "InvalidPartOrder 400: The list of parts was not in ascending order. The parts list "
            "must be specified in order by part number."},
           {"CompleteMultipartUpload", completion(id, {{1, "\"wrong\""}}),
            "InvalidPart 400: One or more of the specified parts could not be found.  The part may "
            "not have been uploaded, or the specified entity tag may not match the part's entity "
            "tag."},
           {"CompleteMultipartUpload", completion(id, {{3, one}}),
            "InvalidPart 400: One or more of the specified parts could not be found.  The part may "
            "not have been uploaded, or the specified entity tag may not match the part's entity "
            "tag."},
           {"CompleteMultipartUpload", completion(id, {}),
            "MalformedXML 400: The XML you provided was not well-formed or did not validate "
            "against our published schema"},
           {"CompleteMultipartUpload", completion("no-upload", {{1, one}}),
            "NoSuchUpload 404: The specified upload does not exist. The upload ID may be invalid, "
            "or the upload may have been aborted or completed."},
           {"UploadPart", with(plain, "PartNumber", 0),
            "InvalidArgument 400: Part number must be an integer between 1 and 10000, inclusive"},
           {"UploadPart", with(plain, "PartNumber", 10001),
            "InvalidArgument 400: Part number must be an integer between 1 and 10000, inclusive"},
           {"UploadPart", with(with(plain, "PartNumber", 1), "Key", "other"),
            "NoSuchUpload 404: The specified upload does not exist. The upload ID may be invalid, "
            "or the upload may have been aborted or completed."},
           {"UploadPart", with(with(plain, "PartNumber", 1), "Bucket", "nowhere"),
            "NoSuchBucket 404: The specified bucket does not exist"},
           {"UploadPartCopy",
            with(with(with(plain, "PartNumber", 1), "CopySource", "b/source"), "CopySourceRange",
                 "bytes=5-99"),
            "InvalidArgument 400: Range specified is not valid for source object of size: 10"},
           {"UploadPartCopy",
            with(with(with(plain, "PartNumber", 1), "CopySource", "b/source"), "CopySourceRange",
                 "5-6"),
            "InvalidArgument 400: The x-amz-copy-source-range value must be of the form "
            "bytes=first-last where first and last are the zero-based offsets of the first and "
            "last bytes to copy"},
           {"UploadPartCopy", with(with(plain, "PartNumber", 1), "CopySource", "b/absent"),
            "NoSuchKey 404: The specified key does not exist."},
           {"AbortMultipartUpload", with(plain, "UploadId", "none"),
            "NoSuchUpload 404: The specified upload does not exist. The upload ID may be invalid, "
            "or the upload may have been aborted or completed."},
           {"GetObject", json(R"({"Bucket":"b","Key":"source","PartNumber":2})"),
            "InvalidPartNumber 416: The requested partnumber is not satisfiable"},
       }) {
    SCOPED_TRACE(expected);
    EXPECT_EQ(outcome(operation, input), expected);
  }
}

TEST_F(Multipart, CopiesPartsOfOtherObjects) {
  const std::string id = begin();
  const Value copied = get("UploadPartCopy", object({{"Bucket", "b"},
                                                     {"Key", "k"},
                                                     {"UploadId", id},
                                                     {"PartNumber", 1},
                                                     {"CopySource", "b/source"},
                                                     {"CopySourceRange", "bytes=2-4"}}));
  const std::string etag = copied["CopyPartResult"].text("ETag");
  EXPECT_EQ(etag, s3::etag_of("234"));
  get("CompleteMultipartUpload", completion(id, {{1, etag}}));
  EXPECT_EQ(get("GetObject", R"({"Bucket":"b","Key":"k"})").text("Body"), "234");
}

TEST_F(Multipart, ListsPartsAndUploads) {
  const std::string id = begin();
  for (int number : {1, 2, 3}) part(id, number, std::to_string(number));
  Value input = object({{"Bucket", "b"}, {"Key", "k"}, {"UploadId", id}, {"MaxParts", 2}});
  const Value first = get("ListParts", input);
  EXPECT_EQ(first.items("Parts").size(), 2u);
  EXPECT_TRUE(first.flag("IsTruncated"));
  EXPECT_EQ(first.integer("NextPartNumberMarker"), 2);
  input.set("PartNumberMarker", 2);
  const Value second = get("ListParts", input);
  ASSERT_EQ(second.items("Parts").size(), 1u);
  EXPECT_EQ(second.items("Parts")[0].integer("PartNumber"), 3);
  EXPECT_FALSE(second.flag("IsTruncated"));

  begin("dir/a");
  begin("dir/b");
  begin("z");
  const Value uploads = get("ListMultipartUploads", R"({"Bucket":"b","Delimiter":"/"})");
  ASSERT_EQ(uploads.items("Uploads").size(), 2u);
  EXPECT_EQ(uploads.items("Uploads")[0].text("Key"), "k");
  EXPECT_EQ(uploads.items("CommonPrefixes").size(), 1u);
  std::string keys;
  Value page = object({{"Bucket", "b"}, {"MaxUploads", 1}});
  for (int i = 0; i < 9; ++i) {
    const Value answer = get("ListMultipartUploads", page);
    for (const Value& row : answer.items("Uploads")) keys += row.text("Key") + " ";
    if (!answer.flag("IsTruncated")) break;
    page.set("KeyMarker", answer.text("NextKeyMarker"));
    page.set("UploadIdMarker", answer.text("NextUploadIdMarker"));
  }
  EXPECT_EQ(keys, "dir/a dir/b k z ");
  get("AbortMultipartUpload", object({{"Bucket", "b"}, {"Key", "k"}, {"UploadId", id}}));
  EXPECT_TRUE(cloud.state.s3.parts.empty());
}

TEST_F(Multipart, EndsWithItsBucket) {
  get("CreateBucket",
      R"({"Bucket":"fresh","CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})");
  get("CreateMultipartUpload", R"({"Bucket":"fresh","Key":"k"})");
  EXPECT_EQ(code("DeleteBucket", R"({"Bucket":"fresh"})"), "fine");
  EXPECT_TRUE(cloud.state.s3.uploads.empty());
}

TEST_F(Multipart, ChecksTheChecksumOfEachPart) {
  const std::string id =
      get("CreateMultipartUpload", R"({"Bucket":"b","Key":"k","ChecksumAlgorithm":"SHA256"})")
          .text("UploadId");
  const Value sent = part(id, 1, "data");
  EXPECT_EQ(sent.text("ChecksumSHA256"), s3::checksum("SHA256", "data"));
  EXPECT_EQ(outcome("CompleteMultipartUpload", completion(id, {{1, sent.text("ETag")}})),
            "InvalidRequest 400: The upload was created using a sha256 checksum. The complete "
            "request must include the checksum for each part. It was missing for part 1 in the "
            "request.");
  Value whole = completion(id, {});
  whole.set("MultipartUpload",
            object({{"Parts",
                     Value::list({object({{"PartNumber", 1},
                                          {"ETag", sent.text("ETag")},
                                          {"ChecksumSHA256", sent.text("ChecksumSHA256")}})})}}));
  const Value done = get("CompleteMultipartUpload", whole);
  EXPECT_EQ(done.text("ChecksumSHA256"),
            s3::composite_checksum("SHA256", {sent.text("ChecksumSHA256")}));
}

TEST_F(Multipart, NeedsPermission) {
  const std::string id = begin();
  become("nobody");
  for (const char* operation : {"CreateMultipartUpload", "UploadPart", "ListParts",
                                "CompleteMultipartUpload", "AbortMultipartUpload"})
    EXPECT_EQ(code(operation,
                   object({{"Bucket", "b"}, {"Key", "k"}, {"UploadId", id}, {"PartNumber", 1}})),
              "AccessDenied")
        << operation;
  EXPECT_EQ(code("ListMultipartUploads", R"({"Bucket":"b"})"), "AccessDenied");
}

TEST_F(Multipart, PutsLargeBodiesIntoTheStore) {
  MapBodies bodies;
  cloud.bodies = &bodies;
  const std::string large(s3::stored_from, 'l');
  get("PutObject", object({{"Bucket", "b"}, {"Key", "small"}, {"Body", "s"}}));
  EXPECT_TRUE(bodies.files.empty());
  get("PutObject", object({{"Bucket", "b"}, {"Key", "large"}, {"Body", large}}));
  get("CopyObject", R"({"Bucket":"b","Key":"copy","CopySource":"b/large"})");
  ASSERT_EQ(bodies.files.size(), 1u) << "equal bytes lie there once";
  EXPECT_EQ(s3::stored_bodies(cloud.state.s3), std::vector{hex(sha256(large))});
  EXPECT_EQ(get("GetObject", R"({"Bucket":"b","Key":"copy"})").text("Body"), large);
  EXPECT_EQ(get("GetObject", R"({"Bucket":"b","Key":"copy","Range":"bytes=1-3"})").text("Body"),
            "lll");
  // A state that comes back from its entities names the bytes and does not hold them.
  const std::string written = to_json(to_value(*cloud.state.s3.objects.find("b/large")));
  EXPECT_LT(written.size(), 2000u);
  s3::ObjectEntry back;
  ASSERT_TRUE(from_value(*parse_json(written), back));
  EXPECT_EQ(back.body.size(), large.size());
  ASSERT_TRUE(s3::take_into_memory(cloud.state.s3, &bodies));
  EXPECT_TRUE(s3::stored_bodies(cloud.state.s3).empty());
  cloud.bodies = nullptr;
  EXPECT_EQ(get("GetObject", R"({"Bucket":"b","Key":"large"})").text("Body"), large);
}

TEST_F(Multipart, AnswersAnInternalErrorWhenTheStoreFails) {
  MapBodies bodies;
  cloud.bodies = &bodies;
  const std::string large(s3::stored_from, 'l');
  const Value put = object({{"Bucket", "b"}, {"Key", "large"}, {"Body", large}});
  bodies.full = true;
  EXPECT_EQ(outcome("PutObject", put),
            "InternalError 500: We encountered an internal error. Please try again.");
  EXPECT_EQ(code("HeadObject", R"({"Bucket":"b","Key":"large"})"), "404") << "nothing was put";
  bodies.full = false;
  get("PutObject", put);
  bodies.files.clear();
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"large"})"), "InternalError");
}

TEST_F(Multipart, RefusesBodiesThatAreTooLarge) {
  EXPECT_EQ(
      outcome(
          "PutObject",
          object({{"Bucket", "b"}, {"Key", "huge"}, {"Body", std::string((128u << 20) + 1, 'h')}})),
      "EntityTooLarge 400: Your proposed upload exceeds the maximum allowed size");
}

TEST(Checksums, AreThoseOfTheirStandards) {
  // The check values of RFC 3720 (CRC32C), ISO 3309 and FIPS 180 for "123456789" and "abc".
  EXPECT_EQ(s3::checksum("CRC32", "123456789"), base64("\xcb\xf4\x39\x26"));
  EXPECT_EQ(s3::checksum("CRC32C", "123456789"), base64("\xe3\x06\x92\x83"));
  EXPECT_EQ(s3::checksum("SHA1", "abc"), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  EXPECT_EQ(s3::checksum("SHA256", "abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST_F(Multipart, ComparesWhatAClientStatesOfItsBytes) {
  struct Case {
    const char* member;
    std::string value;
    const char* expected;
  };
  for (const auto& [member, value, expected] : std::vector<Case>{
           {"ChecksumSHA256", s3::checksum("SHA256", "x"), "fine"},
           {"ChecksumCRC32", s3::checksum("CRC32", "x"), "fine"},
           {"ChecksumCRC32C", s3::checksum("CRC32C", "x"), "fine"},
           {"ChecksumSHA1", s3::checksum("SHA1", "x"), "fine"},
           {"ChecksumSHA256", s3::checksum("SHA256", "y"),
            "BadDigest 400: The SHA256 you specified did not match the calculated checksum."},
           {"ChecksumCRC32", s3::checksum("CRC32", "y"),
            "BadDigest 400: The CRC32 you specified did not match the calculated checksum."},
           {"ChecksumCRC32", "nonsense",
            "InvalidRequest 400: Value for x-amz-checksum-crc32 header is invalid."},
       }) {
    SCOPED_TRACE(value);
    EXPECT_EQ(outcome("PutObject",
                      object({{"Bucket", "b"}, {"Key", "c"}, {"Body", "x"}, {member, value}})),
              expected);
  }
  get("PutObject", R"({"Bucket":"b","Key":"c","Body":"x","ChecksumAlgorithm":"SHA256"})");
  const Value head = get("HeadObject", R"({"Bucket":"b","Key":"c","ChecksumMode":"ENABLED"})");
  EXPECT_EQ(head.text("ChecksumSHA256"), s3::checksum("SHA256", "x"));
  EXPECT_EQ(get("HeadObject", R"({"Bucket":"b","Key":"c"})").find("ChecksumSHA256"), nullptr);
}

}  // namespace
}  // namespace stint::cloud
