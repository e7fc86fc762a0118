using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;

namespace Gateway.Policies.Sessions;

/// <summary>Counts what session policies decided. Tags are bounded: routes, policies and outcomes.</summary>
internal sealed class SessionMetrics
{
    public const string MeterName = "Gateway.Policies.Sessions";

    private readonly CellCounter _validations;
    private readonly Counter<long> _extensions;
    private readonly CellCounter _lookups;
    private readonly Counter<long> _streamsEnded;

    public SessionMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _validations = CellCounter.Create(meter, "gateway.sessions.validations", "{validation}", "Requests whose session was validated, by outcome.");
        _extensions = meter.CreateCounter<long>("gateway.sessions.extensions", "{extension}", "Idle times to live that were extended, or failed to be.");
        _streamsEnded = meter.CreateCounter<long>("gateway.sessions.streams_ended", "{stream}", "Streams that were cut off because their session ended.");
        _lookups = CellCounter.Create(meter, "gateway.sessions.lookups", "{lookup}", "Sessions looked up, by where the answer came from: memory, a read that was under way, or Redis.");
    }

    /// <summary>Requests of one route whose session was validated, by <see cref="SessionOutcome"/>.</summary>
    public CounterCell[] Validations(string route, string policy) =>
        [.. Enum.GetValues<SessionOutcome>().Select(outcome => _validations.Of(new("route", route), new("policy", policy), new("outcome", outcome.Name())))];

    /// <summary>Look-ups of one policy.</summary>
    /// <param name="policy">The policy's name.</param>
    /// <param name="from">Where the answer came from.</param>
    public CounterCell Lookups(string policy, string from) => _lookups.Of(new("policy", policy), new("from", from));

    public void StreamEnded(string policy) => _streamsEnded.Add(1, new KeyValuePair<string, object?>("policy", policy));

    public void Extended(string policy, bool succeeded) =>
        _extensions.Add(1, new("policy", policy), new("outcome", succeeded ? "extended" : "failed"));
}
