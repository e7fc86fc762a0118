using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.ResponseCaching;

/// <summary>The table "Measured" of docs/caching.md. Run it alone, built for Release, on a quiet machine. Only counts are asserted.</summary>
public sealed class CacheMeasurement(MeasuredGateways gateways, ITestOutputHelper output) : IClassFixture<MeasuredGateways>, IDisposable
{
    private const int Clients = 100;
    private const int WarmUps = 3;
    private const int Rounds = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(3));

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Herd_OnAColdUrl_IsOneFetch(int over)
    {
        RawClient[] clients = await gateways.ConnectAsync(Clients, over);
        for (int round = -WarmUps; round < Rounds; round++)
        {
            string path = $"/shared/{over}/{round}";
            Tell(round, $"{Clients} clients over {over}, cold URL", path, await AskAllAsync(clients, path));
            Assert.Equal(1, gateways.FetchesOf(path));
        }

        Leave(clients);
    }

    /// <summary>The first herd does not know yet that nothing is shared; those after it never wait for one another.</summary>
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Herd_OnANoStoreUrl_IsNeverSerialised(int over)
    {
        RawClient[] clients = await gateways.ConnectAsync(Clients, over);
        await AskAllAsync(clients, $"/shared/before-private/{over}");
        string path = $"/private/{over}";
        for (int round = 0; round < Rounds; round++)
        {
            Tell(round, round == 0 ? "no-store, never seen before" : "no-store, known", path, await AskAllAsync(clients, path));
            Assert.Equal(Clients * (round + 1), gateways.FetchesOf(path));
            Assert.True(round == 0 || gateways.PeakOf(path) > Clients / 2, $"{gateways.PeakOf(path)} at once");
        }

        Leave(clients);
    }

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Leader_ThatLeaves_CostsItsFollowersNothing(int over)
    {
        RawClient[] followers = await gateways.ConnectAsync(10, over);
        for (int round = -WarmUps; round < Rounds; round++)
        {
            string path = $"/shared/abort/{over}/{round}";
            RawClient leader = await RawClient.ConnectAsync(gateways.AddressOf(0));
            Task<Reply> led = leader.AskAsync(path, _deadline.Token);
            await Eventually.TrueAsync(() => gateways.FetchesOf(path) == 1, Patience);
            Task<Reply[]> following = AskAllAsync(followers, path);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            leader.Dispose();
            Reply[] replies = await following;
            await Assert.ThrowsAnyAsync<Exception>(() => led);
            Tell(round, $"10 followers over {over} whose leader left", path, replies);
            Assert.Equal(1, gateways.FetchesOf(path));
        }

        Leave(followers);
    }

    [Fact(Explicit = true)]
    public async Task Follower_OfALargeBody_HasItsFirstByte()
    {
        for (int round = -WarmUps; round < Rounds; round++)
        {
            string path = $"/large/{round}";
            RawClient[] clients = await gateways.ConnectAsync(3, 1);
            RawClient elsewhere = await RawClient.ConnectAsync(gateways.AddressOf(1));
            Task<Reply> leading = clients[0].AskAsync(path, _deadline.Token);
            await Eventually.TrueAsync(() => gateways.FetchesOf(path) == 1, Patience);
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            Task<Reply> here = clients[1].AskAsync(path, _deadline.Token);
            Task<Reply> there = elsewhere.AskAsync(path, _deadline.Token);
            Reply[] replies = await Task.WhenAll(leading, here, there);
            Assert.All(replies, reply => Assert.Equal(200, reply.Status));
            if (round >= 0)
            {
                Assert.Equal(1, gateways.FetchesOf(path));
                output.WriteLine(
                    $"20 MB, half a second after the first client: first byte after {replies[1].FirstByte:0.0} ms here, {replies[2].FirstByte:0.0} ms at the other gateway; "
                    + $"whole after {replies[1].Whole:0} and {replies[2].Whole:0} ms; 1 fetch");
            }

            Leave([.. clients, elsewhere]);
        }
    }

    [Fact(Explicit = true)]
    public async Task Stale_WhileItIsFetchedAnew_IsServedAtOnce()
    {
        const string Path = "/stale/one";
        RawClient[] clients = await gateways.ConnectAsync(Clients, 1);
        await clients[0].AskAsync(Path, _deadline.Token);
        for (int round = -WarmUps; round < Rounds; round++)
        {
            int before = gateways.FetchesOf(Path);
            // Fresh for a second from when it came.
            await Task.Delay(TimeSpan.FromMilliseconds(1500));
            Reply[] replies = await AskAllAsync(clients, Path);
            await Eventually.TrueAsync(() => gateways.FetchesOf(Path) == before + 1, Patience);
            // What it brings is there when the destination has thought.
            await Task.Delay(TimeSpan.FromMilliseconds(1200));
            Tell(round, $"{Clients} clients, stale-while-revalidate", Path, replies);
            Assert.Equal(before + 1, gateways.FetchesOf(Path));
        }

        Leave(clients);
    }

    public void Dispose() => _deadline.Dispose();

    private Task<Reply[]> AskAllAsync(RawClient[] clients, string path) => Task.WhenAll(clients.Select(client => client.AskAsync(path, _deadline.Token)));

    private static void Leave(RawClient[] clients)
    {
        foreach (RawClient client in clients)
        {
            client.Dispose();
        }
    }

    private void Tell(int round, string what, string path, Reply[] replies)
    {
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        if (round >= 0)
        {
            double[] took = [.. replies.Select(reply => reply.Whole).Order()];
            output.WriteLine(
                $"{what}: median {took[took.Length / 2]:0.0} ms, 99 % {took[took.Length * 99 / 100]:0.0} ms, longest {took[^1]:0.0} ms; {gateways.FetchesOf(path)} fetches so far");
        }
    }
}
