// What bench/peers/run prints: for each number its smallest, median and largest value, and ratios of medians.
const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => {
    const all = sorted(values);
    return (all[Math.floor((all.length - 1) / 2)] + all[Math.floor(all.length / 2)]) / 2;
};

function spread(values, digits) {
    const all = sorted(values);
    return [all[0], median(all), all.at(-1)].map((v) => v.toFixed(digits)).join(' / ');
}

const transaction_columns = [
    ['tx/s', (n) => n.tx_per_s, 0],
    ['CPU s per 1000', (n) => n.cpu_s_per_1000, 3],
    ['settled CPU s', (n) => n.settled_cpu_s_per_1000, 3],
    ['client CPU s', (n) => n.client_cpu_s_per_1000, 3],
    ['blocks', (n) => n.blocks, 0],
    ['peak MB', (n) => n.peak_mb, 0],
];
const read_columns = [
    ['requests/s', (n) => n.requests_per_s, 0],
    ['p50 ms', (n) => n.p50_ms, 2],
    ['p99 ms', (n) => n.p99_ms, 2],
    ['CPU us a request', (n) => n.cpu_us, 1],
    ['client CPU us', (n) => n.client_cpu_us, 1],
];

function print_table(title, columns, results, pick) {
    const rows = Object.entries(results)
        .map(([name, rounds]) => [name, rounds.map(pick).filter((numbers) => numbers)])
        .filter(([, rounds]) => rounds.length);
    if (!rows.length) return;
    console.log(`\n${title} (smallest / median / largest of ${rows[0][1].length})\n`);
    console.log(`| node | ${columns.map(([name]) => name).join(' | ')} |`);
    console.log(`|---|${columns.map(() => '---').join('|')}|`);
    for (const [name, rounds] of rows) {
        const cells = columns.map(([, of, digits]) => spread(rounds.map(of), digits));
        console.log(`| ${name} | ${cells.join(' | ')} |`);
    }
}

function print_ratio(what, results, pick, over, under) {
    const of = (name) => (results[name] ?? []).map(pick).filter((v) => v !== undefined);
    if (!of(over).length || !of(under).length) return;
    console.log(`${what}: ${over} is ${(median(of(over)) / median(of(under))).toFixed(2)} times ${under}`);
}

export function print_tables(results) {
    const versions = Object.entries(results).map(([name, rounds]) => `${name} ${rounds[0]?.version}`);
    console.log(versions.join(', '));
    print_table('Transfers', transaction_columns, results, ({transfers}) => transfers);
    print_table('ERC-20 transfers', transaction_columns, results, ({tokens}) => tokens);
    print_table('Dice bets', transaction_columns, results, ({bets}) => bets);
    const reads = ['eth_blockNumber', 'eth_getBalance', 'eth_call'];
    for (const method of reads) print_table(method, read_columns, results, (numbers) => numbers.reads?.[method]);
    console.log('\nRatios of medians\n');
    for (const what of ['transfers', 'tokens'])
        for (const peer of ['geth', 'anvil', 'beside']) {
            print_ratio(`${what} a second`, results, (n) => n[what]?.tx_per_s, 'farthing', peer);
            print_ratio(`CPU of ${what}`, results, (n) => n[what]?.cpu_s_per_1000, 'farthing', peer);
        }
    for (const method of reads)
        for (const peer of ['anvil', 'geth', 'beside'])
            print_ratio(`CPU of ${method}`, results, (n) => n.reads?.[method]?.cpu_us, 'farthing', peer);
}
