#include "crawler/site_store.h"

#include "base/time.h"

namespace offprint {

void migrate_site_models(Database& db) { db.exec("CREATE TABLE IF NOT EXISTS site_models(site TEXT PRIMARY KEY, used INTEGER NOT NULL, model BLOB NOT NULL) WITHOUT ROWID"); }

void load_site_models(Database& db, SiteKnowledge& sites) {
  constexpr int kMost = 64;
  auto rows = db.prepare("SELECT site, model FROM site_models ORDER BY used DESC LIMIT ?");
  rows.bind(1, kMost);
  while (rows.step()) sites.load(rows.text(0), rows.text(1));
}

void save_site_models(Database& db, SiteKnowledge& sites) {
  Transaction transaction(db);
  for (const auto& [site, model] : sites.serialize()) db.prepare("INSERT OR REPLACE INTO site_models(site, used, model) VALUES(?,?,?)").bind(1, site).bind(2, to_micros(now())).bind_blob(3, model).run();
  transaction.commit();
}

}  // namespace offprint
