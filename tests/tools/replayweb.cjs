// Opens p.wacz of a folder in ReplayWeb.page (its ui.js and replay/sw.js lie beside it) in Chromium, and
// looks for the text of each page named in wanted.json.
const http = require('http'), fs = require('fs'), path = require('path');
const puppeteer = require('puppeteer-core');

const folder = process.argv[2];
const types = {'.js': 'application/javascript', '.html': 'text/html', '.wacz': 'application/wacz', '.json': 'application/json'};

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/page.html') {
    const q = url.searchParams;
    response.writeHead(200, {'Content-Type': 'text/html'});
    return response.end(`<script src="/ui.js"></script><replay-web-page source="/p.wacz" url="${q.get('url')}" ts="${q.get('ts')}" embed="default" replayBase="/replay/" deepLink="false"></replay-web-page>`);
  }
  const file = path.join(folder, path.normalize(url.pathname));
  if (!fs.existsSync(file) || fs.statSync(file).isDirectory()) {
    response.writeHead(url.pathname.startsWith('/replay/') ? 200 : 404, {'Content-Type': 'text/html'});
    return response.end(url.pathname.startsWith('/replay/') ? '<script src="/ui.js"></script><replay-app-main></replay-app-main>' : '');
  }
  const size = fs.statSync(file).size, range = /bytes=(\d*)-(\d*)/.exec(request.headers.range || '');
  let from = 0, to = size - 1, status = 200;
  if (range) {
    if (range[1] === '') from = Math.max(0, size - Number(range[2]));
    else from = Number(range[1]), to = range[2] === '' ? to : Math.min(to, Number(range[2]));
    status = 206;
  }
  const head = {'Content-Type': types[path.extname(file)] || 'application/octet-stream', 'Content-Length': to - from + 1, 'Accept-Ranges': 'bytes', 'Service-Worker-Allowed': '/'};
  if (status === 206) head['Content-Range'] = `bytes ${from}-${to}/${size}`;
  response.writeHead(status, head);
  if (request.method === 'HEAD') return response.end();
  fs.createReadStream(file, {start: from, end: to}).pipe(response);
});

(async () => {
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const browser = await puppeteer.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'], headless: true});
  let failed = 0;
  for (const want of JSON.parse(fs.readFileSync(path.join(folder, 'wanted.json')))) {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/page.html?url=${encodeURIComponent(want.url)}&ts=${want.ts}`);
    let found = false;
    for (let i = 0; i < 60 && !found; ++i) {
      await new Promise(done => setTimeout(done, 500));
      for (const frame of page.frames()) {
        try {
          found = found || (await frame.evaluate(() => document.body ? document.body.innerText : '')).includes(want.text);
        } catch (e) {}  // A frame may go while it is looked at.
      }
    }
    console.log(`${found ? 'ok' : 'FAILED'}: ReplayWeb.page shows ${want.url} of ${want.ts}, which was ${want.kind}`);
    if (!found) console.log('   frames: ' + page.frames().map(f => f.url()).join(' '));
    failed += !found;
    await page.close();
  }
  await browser.close();
  server.close();
  process.exit(failed ? 1 : 0);
})();
