// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// pack_models DIRECTORY NAME MODEL[,EXTRAS] [NAME MODEL[,EXTRAS]]...
//
// Packs service models at build time: writes DIRECTORY/NAME.pack for each, and a C++ unit
// DIRECTORY/embedded_models.cc that brings them into the program (see src/aws/embedded.h).
#include <fmt/core.h>

#include <cstdio>
#include <string>
#include <vector>

#include "aws/model.h"
#include "base/file.h"
#include "base/text.h"

namespace {

using stint::Result;

struct Job {
  std::string name;
  std::string model;
  std::vector<std::string> extras;
};

/// Writes the pack; answers its size.
Result<std::size_t> pack(const std::string& directory, const Job& job) {
  std::string model = TRY(stint::read_file(job.model));
  std::vector<std::string> extras;
  for (const std::string& path : job.extras) {
    std::string extra = TRY(stint::read_file(path));
    extras.push_back(std::move(extra));
  }
  std::string bytes = TRY(stint::aws::pack_model(job.name, model, extras));
  TRY(stint::write_file(directory + "/" + job.name + ".pack", bytes));
  return bytes.size();
}

/// The bytes come in through the assembler: as a C++ array they would cost minutes to compile.
Result<void> pack_all(const std::string& directory, const std::vector<Job>& jobs) {
  std::string blobs, names, rows;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    std::size_t size = TRY(pack(directory, jobs[i]));
    blobs += fmt::format(
        "asm(R\"(\n"
        "  .section .rodata,\"a\",@progbits\n"
        "  .balign 16\n"
        "  .globl stint_model_{0}\n"
        "  .hidden stint_model_{0}\n"
        "stint_model_{0}:\n"
        "  .incbin \"{1}/{2}.pack\"\n"
        "  .text\n"
        ")\");\n",
        i, directory, jobs[i].name);
    names += fmt::format("extern \"C\" const char stint_model_{}[];\n", i);
    rows += fmt::format("    {{\"{}\", {{stint_model_{}, {}}}}},\n", jobs[i].name, i, size);
  }
  return stint::write_file(directory + "/embedded_models.cc",
                           "#include \"aws/embedded.h\"\n" + blobs + names +
                               "namespace stint::aws {\n"
                               "std::span<const EmbeddedModel> embedded_models() {\n"
                               "  static const EmbeddedModel models[] = {\n" +
                               rows + "  };\n  return models;\n}\n}\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc % 2 != 0) {
    std::fputs("usage: pack_models DIRECTORY NAME MODEL[,EXTRAS] [NAME MODEL[,EXTRAS]]...\n",
               stderr);
    return 2;
  }
  std::vector<Job> jobs;
  for (int i = 2; i + 1 < argc; i += 2) {
    Job job{argv[i], {}, {}};
    for (std::string_view path : stint::split(argv[i + 1], ','))
      if (job.model.empty())
        job.model = path;
      else
        job.extras.emplace_back(path);
    jobs.push_back(std::move(job));
  }
  if (Result<void> done = pack_all(argv[1], jobs); !done) {
    std::fputs(("pack_models: " + done.error().message + "\n").c_str(), stderr);
    return 1;
  }
  return 0;
}
