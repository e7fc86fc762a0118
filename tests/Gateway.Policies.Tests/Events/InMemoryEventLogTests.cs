using System.Diagnostics.Metrics;
using Gateway.Policies.Events;
using Gateway.Policies.Events.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.Events;

public sealed class InMemoryEventLogTests : EventLogContract, IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public InMemoryEventLogTests() => Log = new InMemoryEventLog("here:1", new EventMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);

    private protected override IEventLog Log { get; }

    [Fact]
    public async Task Note_MoreThanItKeeps_ForgetsTheOldest()
    {
        for (int i = 0; i < 1500; i++)
        {
            Log.Note(EventKind.ConfigApplied, ("revision", $"{i}"));
        }

        IReadOnlyList<GatewayEvent> events = await Log.ReadAsync(null, int.MaxValue);
        Assert.Equal(1000, events.Count);
        Assert.Equal("500", events[0].Details["revision"]);
        Assert.Equal(1000, events.Select(told => told.Id).Distinct().Count());
    }

    public void Dispose() => _services.Dispose();
}
