// offprint: the command line. Options are read here, and nowhere else.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/log.h"
#include "cli/commands.h"

namespace {

using namespace offprint;

struct All {
  CrawlOptions crawl;
  ScheduleCliOptions schedule;
  ControlOptions control;
  DemoOptions demo;
  ExtractOptionsCli extract;
  EvaluateOptions evaluate;
  RecordsOptions records;
  VerifyOptions verify;
  ConvertCliOptions convert, repair;
  CatOptions cat;
  StatusOptions status;
  std::string debug;
  std::vector<std::string> debug_arguments;
  int exit_status = 0;
  IndexOptions index;
  ExcludeOptions exclude;
  PackOptions pack;
  ImportOptions import;
  BackupOptions backup;
};

/// Where a crawl's settings come from, for all commands that crawl.
template <class Options>
void add_plan_options(CLI::App* c, Options& o) {
  c->add_option("--archive", o.archive, "Folder of the archive")->capture_default_str();
  c->add_option("--config", o.config, "Settings (TOML); config/offprint.toml documents every key");
  c->add_option("--set", o.sets, "key=value: a setting for this run")->allow_extra_args(false);
  c->add_option("--allow-net", o.allow_net, "Network (CIDR) that may be connected to although it is private")->allow_extra_args(false);
}

void add_crawl(CLI::App& app, All& all) {
  CrawlOptions& o = all.crawl;
  auto* c = app.add_subcommand("crawl", "Archive publications and extract their articles");
  c->footer("Examples:\n  offprint crawl https://news.example/\n  offprint crawl config/publications/example.toml --archive courier\n  offprint crawl http://127.0.0.1:8000/ --allow-net 127.0.0.0/8 --set politeness.delay=0\n\n"
            "The same command again goes on with an unfinished crawl. Exit status: 0 complete, 1 something is not fetched, 2 usage or configuration.");
  c->add_option("targets", o.targets, "URLs, or publication profiles (*.toml)")->required();
  add_plan_options(c, o);
  c->add_option("--limit", o.limit, "Stop after this many captures")->check(CLI::NonNegativeNumber);
  c->add_option("--depth", o.depth, "Links away from a seed; -1 is no limit")->check(CLI::Range(-1LL, 1000000LL));
  c->add_flag("--again", o.again, "Begin a new crawl although one of these seeds is there");
  c->add_flag("--acks", o.acks, "Print STORED <url> when a capture is durable");
  c->add_flag("--quiet", o.quiet, "No progress, no summary");
  c->add_flag("--json", o.json, "Print the report as JSON");
  c->callback([&all] { all.exit_status = run_crawl_command(all.crawl); });
}

void add_schedule(CLI::App& app, All& all) {
  ScheduleCliOptions& o = all.schedule;
  auto* s = app.add_subcommand("schedule", "Visit publications whenever something of theirs is due");
  s->footer("Examples:\n  offprint schedule courier.toml gazette.toml --archive papers\n  offprint schedule courier.toml --archive papers --once\n\n"
            "Runs in the foreground until SIGINT or SIGTERM; config/systemd/ has a unit and a timer. [schedule] of a profile says how often.\n"
            "Exit status: 0 all visits complete, 1 some are not, or a host blocks us, 2 usage or configuration.");
  s->add_option("profiles", o.profiles, "Publication profiles (*.toml), or URLs")->required();
  add_plan_options(s, o);
  s->add_flag("--once", o.once, "Visit what is due now, and end (for a timer)");
  s->add_option("--until", o.until, "End at this time (2026-03-01T00:00:00Z)");
  s->add_flag("--quiet", o.quiet, "No line a visit");
  s->add_flag("--json", o.json, "Print what the visits brought, as JSON, at the end");
  s->callback([&all] { all.exit_status = run_schedule_command(all.schedule); });

  auto* k = app.add_subcommand("control", "Speak to the crawl that runs in an archive");
  k->footer("Examples:\n  offprint control courier pause\n  offprint control courier resume\n  offprint control courier exclude '/calendar/'\n  offprint control courier include-host blog.courier.example\n\n"
            "SIGUSR1 pauses and resumes as well. Exit status: 0 done, 1 no crawl runs there, 2 an unknown command.");
  k->add_option("archive", all.control.archive, "Folder of the archive")->required();
  k->add_option("command", all.control.command, "pause, resume, stop, status, exclude, include-host")->required();
  k->add_option("arguments", all.control.arguments, "A regular expression (exclude) or a host (include-host)");
  k->callback([&all] { all.exit_status = run_control(all.control); });
}

void add_readers(CLI::App& app, All& all) {
  auto* e = app.add_subcommand("extract", "Extract the article of a page, or all articles of an archive");
  e->footer("Examples:\n  offprint extract page.html --url https://news.example/a\n  curl -s https://news.example/a | offprint extract - --format markdown\n  offprint extract offprint-archive > articles.jsonl");
  e->add_option("input", all.extract.input, "A file (HTML or text, .gz too), - for standard input, or an archive")->required();
  e->add_option("--url", all.extract.url, "URL of the page");
  e->add_option("--format", all.extract.format, "json, text or markdown")->check(CLI::IsMember({"json", "text", "markdown"}))->capture_default_str();
  e->callback([&all] { all.exit_status = run_extract(all.extract); });

  EvaluateOptions& o = all.evaluate;
  auto* v = app.add_subcommand("evaluate", "Score extraction against sets with gold; fail where it got worse");
  v->footer("Examples:\n  offprint evaluate tests/gold --worst 5\n  offprint evaluate tests/gold --floors tests/floors.json --junit extraction.xml\n  offprint evaluate tests/gold --save-baseline before.json\n  offprint evaluate tests/gold --baseline before.json\n\n"
            "Exit status: 0 good, 1 below a floor or worse than the baseline beyond noise, 2 usage or an error in an input.");
  v->add_option("sets", o.sets, "Folders with manifest.jsonl, or manifests; SET:TYPE leaves pages of that page_type")->required();
  v->add_option("--type", o.type, "Only pages of this page_type");
  v->add_option("--worst", o.worst, "Show this many of the worst pages, with what was missed and what was extra");
  v->add_option("--floors", o.floors, "Least values: JSON, {\"set\": {\"metric\": number}}");
  v->add_option("--baseline", o.baseline, "Compare with this earlier run (paired bootstrap over pages)");
  v->add_option("--save-baseline", o.save_baseline, "Write this run as a baseline");
  v->add_option("--predictions", o.predictions, "Write the predictions here, one JSON object a line");
  v->add_option("--markdown", o.markdown, "Write a report in Markdown");
  v->add_option("--report", o.report, "Write a report in JSON, with each page");
  v->add_option("--junit", o.junit, "Write a report in JUnit XML");
  v->add_option("--model", o.model, "Use this body model instead of the program's own");
  v->add_option("--ids", o.ids, "Only the pages whose ids this file lists, one a line");
  v->add_flag("--site", o.site, "Learn from all pages of a set first what recurs on their sites, as a crawl does");
  v->add_flag("--json", o.json, "Print the figures as JSON, one object a set");
  v->callback([&all] { all.exit_status = run_evaluate(all.evaluate); });
}

void add_archive_tools(CLI::App& app, All& all) {
  auto* x = app.add_subcommand("convert", "Copy a WARC or ARC file into another compression");
  x->footer("Examples:\n  offprint convert courier/warc/a.warc.zst a.warc.gz          # for tools that read no zstd\n  offprint convert old.arc.gz new.warc.zst --dictionary 2097152\n\nThe compression follows from OUT's ending. Exit status: 0 all records copied, 1 some bytes gave no record, 2 usage.");
  x->add_option("in", all.convert.in, "WARC or ARC file")->required();
  x->add_option("out", all.convert.out, "A new file: *.warc.zst, *.warc.gz or *.warc")->required();
  x->add_option("--level", all.convert.level, "Level of zstd")->check(CLI::Range(1, 19));
  x->add_option("--dictionary", all.convert.dictionary, "Bytes of the file's own pages to make a zstd dictionary from")->check(CLI::Range(0, 8 << 20));
  x->add_flag("--inflate", all.convert.inflate, "Revisits become the responses that they stand for: a self-contained file");
  x->callback([&all] { all.exit_status = run_convert(all.convert); });

  auto* w = app.add_subcommand("pack", "Pack an archive into one WACZ file for replay tools");
  w->footer("Example:\n  offprint pack courier courier.wacz --sign\n\nExclusions are obeyed. Open it in ReplayWeb.page or pywb.");
  w->add_option("archive", all.pack.archive, "Archive")->required();
  w->add_option("out", all.pack.out, "A new file: *.wacz")->required();
  w->add_option("--title", all.pack.title, "Title of the package; else the folder's name");
  w->add_flag("--sign", all.pack.sign, "Sign it with an anonymous key");
  w->add_option("--key", all.pack.key, "PEM file of the key to sign with; made if it is not there");
  w->add_flag("--json", all.pack.json, "Print the counts as JSON");
  w->add_flag("--quiet", all.pack.quiet, "Print nothing");
  w->callback([&all] { all.exit_status = run_pack(all.pack); });

  auto* m = app.add_subcommand("import", "Take WARC and ARC files of other programs into an archive");
  m->footer("Example:\n  offprint import courier old/*.warc.gz older/*.arc.gz\n\nFiles are copied byte for byte; one whose records can't be addressed one by one is rewritten record by record.");
  m->add_option("archive", all.import.archive, "Archive; made if it is not there")->required();
  m->add_option("files", all.import.files, "WARC and ARC files")->required();
  m->add_flag("!--no-extract", all.import.extract, "Take no articles out of them");
  m->add_flag("--quiet", all.import.quiet, "Only what goes wrong");
  m->callback([&all] { all.exit_status = run_import(all.import); });

  auto* b = app.add_subcommand("backup", "Copy what the WARC files can't give back: queue, schedule, exclusions, settings");
  b->footer("Example:\n  offprint backup courier courier-backup-20260301\n\nWorks while a crawl runs. To restore, copy the files into the archive's folder while nothing runs.");
  b->add_option("archive", all.backup.archive, "Archive")->required();
  b->add_option("out", all.backup.out, "A new folder")->required();
  b->callback([&all] { all.exit_status = run_backup(all.backup); });

  auto* n = app.add_subcommand("index", "Rebuild the index from the WARC files, or look captures up in it");
  n->footer("Examples:\n  offprint index courier\n  offprint index courier --zipnum\n  offprint index courier --find https://your-publication.example/a\n  offprint index courier --find your-publication.example --match domain --from 2026 --to 202603");
  n->add_option("archive", all.index.archive, "Archive")->required();
  n->add_option("--find", all.index.find, "Print the CDXJ lines of this URL, prefix, host or domain");
  n->add_option("--match", all.index.match, "exact, prefix, host or domain")->check(CLI::IsMember({"exact", "prefix", "host", "domain"}));
  n->add_option("--from", all.index.from, "From this time on, as many digits of YYYYMMDDhhmmss as matter");
  n->add_option("--to", all.index.to, "Up to this time");
  n->add_flag("--zipnum", all.index.zipnum, "Write a compressed index for pywb too (from a million captures on it is written anyway)");
  n->add_flag("--json", all.index.json, "Print the counts as JSON");
  n->add_flag("--quiet", all.index.quiet, "Print nothing");
  n->callback([&all] { all.exit_status = run_index(all.index); });

  auto* t = app.add_subcommand("exclude", "List, add or lift exclusions (takedowns): index, export, search and packages leave them out");
  t->footer("Examples:\n  offprint exclude courier\n  offprint exclude courier https://your-publication.example/a --reason 'court order 12/26' --who 'M. Archivist'\n  offprint exclude courier https://your-publication.example/forum/ --match prefix --from 2024 --to 2025 --reason ... --who ...\n  offprint exclude courier --lift 3 --reason ... --who ...");
  t->add_option("archive", all.exclude.archive, "Archive")->required();
  t->add_option("url", all.exclude.url, "URL, prefix, host or domain");
  t->add_option("--match", all.exclude.match, "exact, prefix, host or domain")->check(CLI::IsMember({"exact", "prefix", "host", "domain"}));
  t->add_option("--from", all.exclude.from, "Captures from this time on, as many digits of YYYYMMDDhhmmss as matter");
  t->add_option("--to", all.exclude.to, "Captures up to this time");
  t->add_option("--reason", all.exclude.reason, "Why");
  t->add_option("--who", all.exclude.who, "Who decided it");
  t->add_option("--lift", all.exclude.lift, "End the exclusion of this number");
  t->add_flag("--json", all.exclude.json, "Print the list as JSON");
  t->callback([&all] { all.exit_status = run_exclude(all.exclude); });

  auto* p = app.add_subcommand("repair", "Copy what is intact of a damaged WARC file into a new one");
  p->footer("Example:\n  offprint repair broken.warc.gz mended.warc.gz\n\nThe damaged file is left as it is; each piece that gave no record is named.");
  p->add_option("in", all.repair.in, "Damaged file")->required();
  p->add_option("out", all.repair.out, "A new file")->required();
  p->callback([&all] {
    all.repair.repair = true;
    all.exit_status = run_convert(all.repair);
  });

  auto* k = app.add_subcommand("cat", "Print one record of an archive");
  k->footer("Examples:\n  offprint cat courier https://your-publication.example/a --part payload > a.html\n  offprint cat courier https://your-publication.example/a --time 20260301\n  offprint cat courier courier-20260301120000-00000.warc.zst:88213");
  k->add_option("archive", all.cat.input, "Archive")->required();
  k->add_option("which", all.cat.which, "URL, or FILE:OFFSET as `records` gives them")->required();
  k->add_option("--time", all.cat.time, "The latest capture up to this time, as many digits of YYYYMMDDhhmmss as matter");
  k->add_option("--part", all.cat.part, "header, block, payload (a revisit's is its original's), or all")->check(CLI::IsMember({"header", "block", "payload", "all"}));
  k->callback([&all] { all.exit_status = run_cat(all.cat); });

  auto* r = app.add_subcommand("records", "List the records of an archive or a WARC file");
  r->footer("Example:\n  offprint records offprint-archive --json --type response,revisit");
  r->add_option("input", all.records.input, "Archive or WARC file")->required();
  r->add_option("--type", all.records.types, "Only these types, with commas");
  r->add_flag("--json", all.records.json, "One JSON object a record");
  r->callback([&all] { all.exit_status = run_records(all.records); });

  auto* v = app.add_subcommand("verify", "Check archives or WARC files: framing, digests, state");
  v->footer("Example:\n  offprint verify offprint-archive");
  v->add_option("inputs", all.verify.inputs, "Archives or WARC files")->required();
  v->add_flag("--json", all.verify.json, "Print the result as JSON");
  v->add_flag("--quiet", all.verify.quiet, "Only what is wrong");
  v->callback([&all] { all.exit_status = run_verify(all.verify); });

  auto* s = app.add_subcommand("status", "What an archive holds and what it waits for");
  s->footer("Examples:\n  offprint status offprint-archive\n  offprint status offprint-archive --why https://news.example/a\n  offprint status offprint-archive --missing --from 2026-03-01\n  offprint status offprint-archive --events\n\n"
            "Exit status of --missing: 1 if something is missing.");
  s->add_option("archive", all.status.archive, "Folder of the archive")->required();
  s->add_option("--why", all.status.why, "What became of this URL, and why");
  s->add_flag("--files", all.status.files, "The WARC files, and how many revisits of other files refer to each");
  s->add_flag("--missing", all.status.missing, "What feeds, sitemaps, front and section pages list and the archive lacks, by publication and day");
  s->add_flag("--events", all.status.events, "What the schedule noticed: new, changed and gone articles");
  s->add_option("--from", all.status.from, "Of --missing and --events: from this day on (2026-03-01)");
  s->add_option("--to", all.status.to, "Of --missing: up to this day");
  s->add_flag("--json", all.status.json, "Print it as JSON");
  s->callback([&all] { all.exit_status = run_status(all.status); });
}

void add_rest(CLI::App& app, All& all) {
  auto* d = app.add_subcommand("demo", "Crawl a small publication that the program serves to itself");
  d->footer("Example:\n  offprint demo --archive demo-archive");
  d->add_option("--archive", all.demo.archive, "Folder of the archive")->capture_default_str();
  d->add_flag("--quiet", all.demo.quiet, "Only the result");
  d->callback([&all] { all.exit_status = run_demo(all.demo); });

  auto* g = app.add_subcommand("debug", "Ask one part of the program: a JSON object a line in, one out");
  g->footer("Example:\n  echo '{\"input\":\"/a/../b\",\"base\":\"https://news.example/\"}' | offprint debug url");
  g->add_option("name", all.debug, "robots, url, url-normalize, url-ascii, surt, sitemap, feed, charset, links, date, features, settings")->required();
  g->add_option("arguments", all.debug_arguments, "Further arguments");
  g->callback([&all] { all.exit_status = run_debug(all.debug, all.debug_arguments); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Offprint archives publications: every response in WARC files, every article in a corpus."};
  app.set_version_flag("--version", "offprint " OFFPRINT_VERSION);
  app.require_subcommand(1);
  All all;
  add_crawl(app, all);
  add_schedule(app, all);
  add_readers(app, all);
  add_archive_tools(app, all);
  add_rest(app, all);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::exception& e) {
    log_error("{}", e.what());
    return 1;
  }
  // A full disk behind "> file" is noticed here at the latest.
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    log_error("standard output cannot be written to: what is there is not complete");
    return 1;
  }
  return all.exit_status;
}
