// The commands of offprint: options as the command line gave them, and what runs them.
// Each returns the exit status: 0 done, 1 something failed or is incomplete, 2 usage.
#pragma once

#include <string>
#include <vector>

namespace offprint {

struct CrawlOptions {
  std::vector<std::string> targets;  ///< URLs and profiles (*.toml)
  std::string archive = "offprint-archive";
  std::string config;
  std::vector<std::string> sets;
  std::vector<std::string> allow_net;
  long long limit = -1, depth = -2;  ///< Unset.
  bool acks = false, again = false, quiet = false, json = false;
};
int run_crawl_command(const CrawlOptions& options);

struct ScheduleCliOptions {
  std::vector<std::string> profiles;
  std::string archive = "offprint-archive", config, until;
  std::vector<std::string> sets, allow_net;
  bool once = false, quiet = false, json = false;
};
int run_schedule_command(const ScheduleCliOptions& options);

struct ControlOptions {
  std::string archive, command;
  std::vector<std::string> arguments;
};
int run_control(const ControlOptions& options);

struct DemoOptions {
  std::string archive = "demo-archive";
  bool quiet = false;
};
int run_demo(const DemoOptions& options);

struct ExtractOptionsCli {
  std::string input, url, format = "json";
};
int run_extract(const ExtractOptionsCli& options);

struct EvaluateOptions {
  std::vector<std::string> sets;
  std::string type, predictions, floors, baseline, save_baseline, markdown, report, junit, model, ids;
  std::size_t worst = 0;
  bool json = false, site = false;
};
int run_evaluate(const EvaluateOptions& options);

struct RecordsOptions {
  std::string input, types;
  bool json = false;
};
int run_records(const RecordsOptions& options);

struct ConvertCliOptions {
  std::string in, out;
  int level = 3;
  std::size_t dictionary = 0;
  bool repair = false, inflate = false;
};
int run_convert(const ConvertCliOptions& options);

struct CatOptions {
  std::string input, which, time, part = "all";
};
int run_cat(const CatOptions& options);

struct VerifyOptions {
  std::vector<std::string> inputs;
  bool json = false, quiet = false;
};
int run_verify(const VerifyOptions& options);

struct StatusOptions {
  std::string archive, why, from, to;
  bool json = false, files = false, missing = false, events = false;
};
int run_status(const StatusOptions& options);

struct IndexOptions {
  std::string archive, find, match = "exact", from, to;
  bool zipnum = false, quiet = false, json = false;
};
int run_index(const IndexOptions& options);

struct ExcludeOptions {
  std::string archive, url, match = "exact", from, to, reason, who;
  long long lift = 0;
  bool json = false;
};
int run_exclude(const ExcludeOptions& options);

struct PackOptions {
  std::string archive, out, title, key;
  bool sign = false, quiet = false, json = false;
};
int run_pack(const PackOptions& options);

struct ImportOptions {
  std::string archive;
  std::vector<std::string> files;
  bool extract = true, quiet = false;
};
int run_import(const ImportOptions& options);

struct BackupOptions {
  std::string archive, out;
};
int run_backup(const BackupOptions& options);

/// `offprint debug NAME`: one JSON object a line in, one out.
int run_debug(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace offprint
