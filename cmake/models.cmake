# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
#
# Packs the models of the embedded services (and of the services that runbooks call most beside
# them) into the library stint_models, which defines aws::embedded_models(). Whoever builds a
# Models from them links it: the program, and the test programs of the rooms named below.

set(STINT_BOTOCORE_DATA /usr/lib/python3/dist-packages/botocore/data
    CACHE PATH "botocore's service models")
set(packed_services ec2 iam kms logs s3 sns sqs ssm sts)

set(pack_directory ${CMAKE_BINARY_DIR}/models)
file(MAKE_DIRECTORY ${pack_directory})
set(pack_arguments "")
set(pack_inputs "")
set(pack_outputs ${pack_directory}/embedded_models.cc)
foreach(service IN LISTS packed_services)
  file(GLOB versions ${STINT_BOTOCORE_DATA}/${service}/*/service-2.json)
  if(NOT versions)
    message(FATAL_ERROR "There is no service model of ${service} in ${STINT_BOTOCORE_DATA}: "
            "install Debian's python3-botocore, or set STINT_BOTOCORE_DATA.")
  endif()
  list(SORT versions)
  list(GET versions -1 model)
  get_filename_component(version ${model} DIRECTORY)
  get_filename_component(version ${version} NAME)
  set(files ${model})
  foreach(place ${PROJECT_SOURCE_DIR}/models ${STINT_BOTOCORE_DATA})
    set(extras ${place}/${service}/${version}/service-2.sdk-extras.json)
    if(EXISTS ${extras})
      list(APPEND files ${extras})
    endif()
  endforeach()
  list(APPEND pack_inputs ${files})
  list(APPEND pack_outputs ${pack_directory}/${service}.pack)
  list(JOIN files "," files)
  list(APPEND pack_arguments ${service} ${files})
endforeach()

add_executable(pack_models ${PROJECT_SOURCE_DIR}/tools/pack_models.cc)
target_link_libraries(pack_models PRIVATE stint_aws)
add_custom_command(OUTPUT ${pack_outputs}
                   COMMAND pack_models ${pack_directory} ${pack_arguments}
                   DEPENDS pack_models ${pack_inputs}
                   COMMENT "Packing service models" VERBATIM)
add_library(stint_models STATIC ${pack_directory}/embedded_models.cc)
set_source_files_properties(${pack_directory}/embedded_models.cc PROPERTIES
                            OBJECT_DEPENDS "${pack_outputs}")
target_link_libraries(stint_models PUBLIC stint_flags)

foreach(room aws cloud host sim explore lint service cli)
  if(TARGET test_${room})
    target_link_libraries(test_${room} PRIVATE stint_models)
  endif()
endforeach()
get_target_property(kind stint_cli TYPE)
if(kind STREQUAL "INTERFACE_LIBRARY")
  target_link_libraries(stint_cli INTERFACE stint_models)
else()
  target_link_libraries(stint_cli PUBLIC stint_models)
endif()
