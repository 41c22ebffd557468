#include "crawler/crawl.h"

#include <csignal>

#include "base/log.h"
#include "crawler/crawl_run.h"
#include "crawler/reprocess.h"
#include "crawler/site_store.h"

namespace offprint {

Result<CrawlResult> run_crawl(const CrawlPlan& plan) {
  (void)std::signal(SIGPIPE, SIG_IGN);  // A server that hangs up is an outcome.
  auto prepared = prepare_crawl(plan);
  if (!prepared) return tl::unexpected(prepared.error());
  CrawlSetup& setup = *prepared;
  if (!plan.selectors.empty()) setup.extract.rules = &setup.rules;
  CrawlResult result;
  try {
    FrontierStore::migrate(setup.archive->database());
    CorpusWriter::migrate(setup.archive->database());
    migrate_site_models(setup.archive->database());
    load_site_models(setup.archive->database(), *setup.sites);
    setup.extract.sites = setup.sites.get();
    choose_crawl(plan, setup);
    result.report.crawl = setup.crawl_id;
    if (setup.complete) {
      result.nothing_to_do = true;
      result.report.complete = true;
      return result;
    }
    auto again = reprocess_pending(*setup.archive, setup.crawl_id, setup.crawl, *setup.scope, plan.settings, setup.extract);
    if (!again) return tl::unexpected(again.error());
    if (again->captures > 0) log_info("{} captures of an earlier run worked through: {} URLs, {} articles", again->captures, again->urls_added, again->articles);
    FrontierStore(setup.archive->database(), setup.crawl).requeue_failed();
    CrawlRun crawl(plan, setup);
    auto report = crawl.run();
    if (!report) return tl::unexpected(report.error());
    save_site_models(setup.archive->database(), *setup.sites);
    result.report = std::move(*report);
  } catch (const DatabaseError& e) {
    return fail(ErrorKind::kIo, e.what());
  }
  if (plan.report_if_incomplete && result.report.complete) return result;
  auto path = write_report(setup.archive->layout(), result.report);
  if (!path) return tl::unexpected(path.error());
  result.report_path = *path;
  return result;
}

}  // namespace offprint
