// Site knowledge in state.sqlite: read before a run, written after it. A run that is killed
// loses what it learned, and learns it again; nothing else depends on it.
#pragma once

#include "extractors/site_knowledge.h"
#include "warc/database.h"

namespace offprint {

void migrate_site_models(Database& db);
void load_site_models(Database& db, SiteKnowledge& sites);
void save_site_models(Database& db, SiteKnowledge& sites);

}  // namespace offprint
