using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>A Content-Length that is none, on a connection that stays open, where nothing else ends the body: RFC 9110 §8.6, RFC 9112 §6.3.</summary>
public sealed class InvalidLengthTests : IAsyncLifetime
{
    private readonly ScriptedDestination _destination = new(staysOpen: true);
    private CacheHost _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await CacheHost.StartAsync(new CachePolicy(), _destination.Address);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _destination.DisposeAsync();
    }

    /// <summary>Without waiting for the destination, which sends nothing more for as long as the test runs.</summary>
    [Theory]
    [InlineData("Content-Length: 4, 4")]
    [InlineData("Content-Length: 4, 5")]
    [InlineData("Content-Length: 4\r\nContent-Length: 5")]
    [InlineData("Content-Length: four")]
    [InlineData("Content-Length: -4")]
    public async Task Length_ThatIsNotOneNumber_Is502AtOnceAndNotStored(string lengths)
    {
        _destination.On("/a", (_, number) =>
            $"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n{(number == 0 ? lengths : "Content-Length: 4")}\r\n\r\nbody");

        Answer refused = await _gateway.GetAsync("/a");
        Answer next = await _gateway.GetAsync("/a");

        Assert.Equal(502, refused.Status);
        Assert.Equal((200, "body", false), (next.Status, next.Body, next.IsHit));
    }

    [Fact]
    public async Task Length_SaidOnTwoLinesAlike_IsThatLength()
    {
        _destination.On("/a", (_, _) => "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody");

        Assert.Equal((200, "body", "4"), await AskAsync());
        Assert.Equal((200, "body", "4"), await AskAsync());
        Assert.Single(_destination.RequestsFor("/a"));
    }

    /// <summary>What is stored and must be validated stands in for it, as for any destination that gives no answer.</summary>
    [Fact]
    public async Task Length_ThatIsNone_WhenValidating_IsStoodInFor()
    {
        _destination.On("/a", (_, number) =>
            $"HTTP/1.1 200 OK\r\nCache-Control: max-age=0, stale-if-error=60\r\nETag: \"a\"\r\nContent-Length: {(number == 0 ? "4" : "4, 4")}\r\n\r\nbody");

        await AskAsync();
        Answer stale = await _gateway.GetAsync("/a");

        Assert.Equal((200, "body"), (stale.Status, stale.Body));
        Assert.StartsWith("gateway; fwd=stale; fwd-status=502", stale.CacheStatus, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Body, string? Length)> AskAsync()
    {
        Answer answer = await _gateway.GetAsync("/a");
        return (answer.Status, answer.Body, answer.Fields["Content-Length"]);
    }
}
