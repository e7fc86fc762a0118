using System.Globalization;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reload;
using Gateway.Policies.Events;
using Gateway.Policies.Redis;
using Gateway.Telemetry;

namespace Gateway.Events;

/// <summary>Notes what happens to this gateway as a whole: it comes and goes, its configuration changes, a Redis fails. What operators do is noted where they do it.</summary>
internal sealed class FleetEvents(IEventLog events, SnapshotSource source, RedisConnections? redis = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        source.Replaced += Replaced;
        source.Rejected += Rejected;
        foreach (RedisLink link in redis?.Links ?? [])
        {
            link.Opened += (_, _) => events.Note(EventKind.CircuitOpened, ("concern", $"{link.Concern}"), ("reason", link.LastFailure ?? ""));
            link.Closed += (_, _) => events.Note(EventKind.CircuitClosed, ("concern", $"{link.Concern}"));
        }

        events.Note(EventKind.GatewayJoined, [("version", GatewayVersion.Text), .. Describe(source.Current)]);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        source.Replaced -= Replaced;
        source.Rejected -= Rejected;
        events.Note(EventKind.GatewayLeft);
        return Task.CompletedTask;
    }

    private void Replaced(GatewaySnapshot before, GatewaySnapshot now) => events.Note(EventKind.ConfigApplied, Describe(now));

    /// <summary>Where, not what: a setting's value may be a secret that its place does not show to be one.</summary>
    private void Rejected(ReloadStatus status)
    {
        ConfigMistake[] mistakes = [.. status.Mistakes.Where(mistake => !mistake.IsWarning)];
        events.Note(
            EventKind.ConfigRejected,
            ("mistakes", mistakes.Length.ToString(CultureInfo.InvariantCulture)),
            ("first", mistakes is [var first, ..] ? $"{first.Origin} {first.Path}".TrimEnd() : ""));
    }

    private static (string Name, string Value)[] Describe(GatewaySnapshot snapshot) =>
        [("revision", snapshot.Revision.ToString(CultureInfo.InvariantCulture)), ("fingerprint", snapshot.Fingerprint)];
}
