using Gateway.Policies.Events;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Events;

/// <summary>What both logs of events do.</summary>
public abstract class EventLogContract
{
    private protected abstract IEventLog Log { get; }

    [Fact]
    public async Task Read_AfterSeveralWereNoted_GivesThemInOrderWithTheirDetails()
    {
        Log.Note(EventKind.CachePurged, ("target", "tag:catalog"), ("soft", "true"));
        Log.Note(EventKind.GatewayLeft);
        IReadOnlyList<GatewayEvent> events = await UntilAsync(2);
        Assert.Equal([EventKind.CachePurged, EventKind.GatewayLeft], events.Select(told => told.Kind));
        Assert.Equal(("tag:catalog", "true"), (events[0].Details["target"], events[0].Details["soft"]));
        Assert.Empty(events[1].Details);
        Assert.All(events, told => Assert.Equal("here:1", told.Gateway));
        Assert.InRange(events[0].At, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    [Fact]
    public async Task Read_AfterAnEvent_GivesWhatCameSince()
    {
        for (int i = 0; i < 5; i++)
        {
            Log.Note(EventKind.ConfigApplied, ("revision", $"{i}"));
        }

        IReadOnlyList<GatewayEvent> all = await UntilAsync(5);
        Assert.Equal(["3", "4"], await RevisionsAsync(all[2].Id, 10));
        Assert.Equal(["1", "2"], await RevisionsAsync(all[0].Id, 2));
        Assert.Equal(["3", "4"], await RevisionsAsync(null, 2));
        Assert.Equal(["0"], await RevisionsAsync("0", 1));
        Assert.Empty(await RevisionsAsync(all[4].Id, 10));
    }

    [Fact]
    public async Task Note_LongValue_IsCut()
    {
        Log.Note(EventKind.ConfigRejected, ("first", new string('x', 10_000)));
        Assert.Equal(500, (await UntilAsync(1))[0].Details["first"].Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("(1-0")]
    [InlineData("+")]
    [InlineData("99999999999999999999")]
    public void Place_OfAnotherForm_IsRefused(string text) => Assert.False(EventPlace.TryParse(text, out _));

    private async Task<IReadOnlyList<GatewayEvent>> UntilAsync(int count)
    {
        IReadOnlyList<GatewayEvent> events = [];
        await Eventually.TrueAsync(async () => (events = await Log.ReadAsync(null, 100)).Count == count, TimeSpan.FromSeconds(30), $"{count} events");
        return events;
    }

    private async Task<string[]> RevisionsAsync(string? after, int limit)
    {
        EventPlace place = default;
        Assert.True(after is null || EventPlace.TryParse(after, out place));
        return [.. (await Log.ReadAsync(after is null ? null : place, limit)).Select(told => told.Details["revision"])];
    }
}
