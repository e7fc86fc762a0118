using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class InMemorySessionStoreTests : SessionStoreContract
{
    private readonly SteppedTime _time = new();

    private protected override ISessionStore Store { get; } = new InMemorySessionStore(TimeProvider.System);

    [Fact]
    public async Task Create_StoreIsFullOfLiveSessions_IsRefusedAndNobodyIsLoggedOut()
    {
        var store = new InMemorySessionStore(_time, capacity: 3);
        for (int i = 0; i < 3; i++)
        {
            await store.CreateAsync(Session($"s{i}"), new WaitBudget());
        }

        StoreUnavailableException full = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CreateAsync(Session("s3"), new WaitBudget()).AsTask());

        Assert.Contains("3 sessions", full.Message, StringComparison.Ordinal);
        Assert.Equal(SessionReadKind.Found, (await store.ReadAsync("s0", new WaitBudget())).Kind);
    }

    [Fact]
    public async Task Create_StoreIsFullOfEndedSessions_TakesTheirPlaceAndTheirListing()
    {
        var store = new InMemorySessionStore(_time, capacity: 3);
        for (int i = 0; i < 3; i++)
        {
            await store.CreateAsync(Session($"s{i}"), new WaitBudget());
        }

        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.True(await store.CreateAsync(Session("s3"), new WaitBudget()));
        Assert.Equal(["s3"], await store.ListAsync("owner", new WaitBudget()));
    }

    private static NewSession Session(string key) => new(key, "{}"u8.ToArray(), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), "owner");
}
