// The originals set up as our contracts are.
import assert from 'node:assert/strict';
import {Interface} from 'ethers';
import {contract} from '../contracts.mjs';
import {creation_code} from './originals.mjs';
import {TokenPlay} from './token_operations.mjs';

const supply_max = 2n ** 208n - 1n;

/** A token of `terms`, made by the first user, in both worlds; what making it logged is compared, too. */
export async function make_token(comparison, original, {name, symbol, decimals, supply, cap, mintable}) {
    const [creator] = comparison.users;
    const factory = contract('TokenFactory', creator);
    const index = await factory.tokenCount(creator.address);
    const address = await factory.tokenAddress(creator.address, index);
    const terms = [name, symbol, decimals, supply, cap, mintable];
    const {to, data} = await factory.createToken.populateTransaction(...terms);
    const ours = await comparison.ours.run({from: creator.address, to, data});
    assert.ok(ours.success);
    comparison.block = ours.block;
    const args = [name, symbol, decimals, supply, cap === 0n ? supply_max : cap, creator.address, mintable];
    const face = new Interface(original.abi);
    const logged = await comparison.place(address, creation_code(original, args), face, ours.block);
    // OpenZeppelin's Ownable can't start without an owner: there it is given and taken away.
    const {topicHash} = face.getEvent('OwnershipTransferred');
    const essence = (logs) =>
        logs
            .filter(
                (log) => log.address === address.toLowerCase() && (mintable || log.topics[0] !== topicHash),
            )
            .map((log) => JSON.stringify(log))
            .sort();
    assert.deepEqual(essence(ours.logs), essence(logged), `what making ${name} logged`);
    const domain = {name, version: '1', chainId: comparison.ours.chain_id, verifyingContract: address};
    return new TokenPlay(comparison, address, face, domain);
}
