using System.Diagnostics.Metrics;

namespace Gateway.Policies.Sessions;

/// <summary>Counts what session policies decided. Tags are bounded: routes, policies and outcomes.</summary>
internal sealed class SessionMetrics
{
    public const string MeterName = "Gateway.Policies.Sessions";

    private readonly Counter<long> _validations;
    private readonly Counter<long> _extensions;
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _streamsEnded;

    public SessionMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _validations = meter.CreateCounter<long>("gateway.sessions.validations", "{validation}", "Requests whose session was validated, by outcome.");
        _extensions = meter.CreateCounter<long>("gateway.sessions.extensions", "{extension}", "Idle times to live that were extended, or failed to be.");
        _streamsEnded = meter.CreateCounter<long>("gateway.sessions.streams_ended", "{stream}", "Streams that were cut off because their session ended.");
        _lookups = meter.CreateCounter<long>("gateway.sessions.lookups", "{lookup}", "Sessions looked up, by where the answer came from: memory, a read that was under way, or Redis.");
    }

    /// <summary>The tags of one route, made once, for <see cref="Validated"/>.</summary>
    public static KeyValuePair<string, object?>[][] TagsOf(string route, string policy) =>
        [.. Enum.GetValues<SessionOutcome>().Select(outcome => new KeyValuePair<string, object?>[]
        {
            new("route", route), new("policy", policy), new("outcome", outcome.Name()),
        })];

    public void Validated(KeyValuePair<string, object?>[][] tags, SessionOutcome outcome) => _validations.Add(1, tags[(int)outcome]);

    public void StreamEnded(string policy) => _streamsEnded.Add(1, new KeyValuePair<string, object?>("policy", policy));

    public void LookedUp(KeyValuePair<string, object?>[] tags) => _lookups.Add(1, tags);

    public void Extended(string policy, bool succeeded) =>
        _extensions.Add(1, new("policy", policy), new("outcome", succeeded ? "extended" : "failed"));
}
