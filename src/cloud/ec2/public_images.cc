// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/public_images.h"

#include <fmt/core.h>

#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

constexpr std::string_view amazon = "137112412989", debian = "136693071363",
                           canonical = "099720109477", windows = "801119661308";

struct Published {
  std::string_view name, description, owner, alias, architecture, root, platform, imds;
  int size;
  std::string_view volume_type, made;
};

constexpr Published published[] = {
    {"amzn2-ami-hvm-2.0.20240131.0-x86_64-gp2", "Amazon Linux 2 AMI 2.0.20240131.0 x86_64 HVM gp2",
     amazon, "amazon", "x86_64", "/dev/xvda", "", "", 8, "gp2", "2024-02-01T00:00:00Z"},
    {"amzn2-ami-kernel-5.10-hvm-2.0.20240131.0-x86_64-gp2",
     "Amazon Linux 2 Kernel 5.10 AMI 2.0.20240131.0 x86_64 HVM gp2", amazon, "amazon", "x86_64",
     "/dev/xvda", "", "", 8, "gp2", "2024-02-01T00:00:00Z"},
    {"amzn2-ami-kernel-5.10-hvm-2.0.20240131.0-arm64-gp2",
     "Amazon Linux 2 LTS Arm64 Kernel 5.10 AMI 2.0.20240131.0 arm64 HVM gp2", amazon, "amazon",
     "arm64", "/dev/xvda", "", "", 8, "gp2", "2024-02-01T00:00:00Z"},
    {"al2023-ami-2023.3.20240205.2-kernel-6.1-x86_64",
     "Amazon Linux 2023 AMI 2023.3.20240205.2 x86_64 HVM kernel-6.1", amazon, "amazon", "x86_64",
     "/dev/xvda", "", "v2.0", 8, "gp3", "2024-02-06T00:00:00Z"},
    {"al2023-ami-2023.3.20240205.2-kernel-6.1-arm64",
     "Amazon Linux 2023 AMI 2023.3.20240205.2 arm64 HVM kernel-6.1", amazon, "amazon", "arm64",
     "/dev/xvda", "", "v2.0", 8, "gp3", "2024-02-06T00:00:00Z"},
    {"Windows_Server-2019-English-Full-Base-2024.02.14",
     "Microsoft Windows Server 2019 with Desktop Experience Locale English AMI provided by Amazon",
     windows, "amazon", "x86_64", "/dev/sda1", "windows", "", 30, "gp2", "2024-02-14T00:00:00Z"},
    {"Windows_Server-2022-English-Full-Base-2024.02.14",
     "Microsoft Windows Server 2022 Full Locale English AMI provided by Amazon", windows, "amazon",
     "x86_64", "/dev/sda1", "windows", "", 30, "gp2", "2024-02-14T00:00:00Z"},
    {"debian-12-amd64-20240201-1644", "Debian 12 (20240201-1644)", debian, "", "x86_64",
     "/dev/xvda", "", "", 8, "gp3", "2024-02-01T00:00:00Z"},
    {"debian-12-arm64-20240201-1644", "Debian 12 (20240201-1644)", debian, "", "arm64", "/dev/xvda",
     "", "", 8, "gp3", "2024-02-01T00:00:00Z"},
    {"ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240207.1",
     "Canonical, Ubuntu, 22.04 LTS, amd64 jammy image build on 2024-02-07", canonical, "", "x86_64",
     "/dev/sda1", "", "", 8, "gp2", "2024-02-07T00:00:00Z"},
    {"ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20240207.1",
     "Canonical, Ubuntu, 22.04 LTS, arm64 jammy image build on 2024-02-07", canonical, "", "arm64",
     "/dev/sda1", "", "", 8, "gp2", "2024-02-07T00:00:00Z"},
};

std::string place_of_image(std::string_view region, const Published& from) {
  return fmt::format("{}/{}", region, from.name);
}

std::string id_of_image(std::string_view region, const Published& from) {
  // The first is what instances are made from when a world does not say.
  if (&from == published) return Instance().image;
  return fixed_id("ami-", place_of_image(region, from));
}

Image public_image(std::string_view region, const Published& from) {
  Image image{.id = id_of_image(region, from), .name = std::string(from.name)};
  image.description = from.description;
  image.owner = from.owner;
  image.owner_alias = from.alias;
  image.architecture = from.architecture;
  image.platform = from.platform;
  image.root_device = from.root;
  image.imds_support = from.imds;
  image.devices = {{.name = image.root_device,
                    .snapshot = fixed_id("snap-", place_of_image(region, from)),
                    .type = std::string(from.volume_type),
                    .size = from.size}};
  image.created = *parse_time(from.made);
  image.everybody = true;
  return image;
}

}  // namespace

std::vector<Image> public_images(std::string_view region) {
  std::vector<Image> out;
  for (const Published& from : published) out.push_back(public_image(region, from));
  return out;
}

std::optional<Image> find_public_image(std::string_view region, std::string_view id) {
  for (const Published& from : published)
    if (id_of_image(region, from) == id) return public_image(region, from);
  return std::nullopt;
}

}  // namespace stint::cloud::ec2
