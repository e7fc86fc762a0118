namespace Gateway.Policies.Events;

/// <summary>Something that operators of a fleet want to know of later: what, when, at which gateway.</summary>
/// <param name="Id">Grows from event to event: Unix milliseconds, a dash, a number.</param>
/// <param name="At">When it happened, by the gateway's own clock.</param>
/// <param name="Gateway">The gateway's name, as <c>GET /api/status</c> lists it.</param>
/// <param name="Kind">One of <see cref="EventKind"/>, or what a gateway of another version calls it.</param>
/// <param name="Details">Names and values. Never a token, key, address or user; where one must be told apart from another, a keyed hash.</param>
public sealed record GatewayEvent(string Id, DateTimeOffset At, string Gateway, string Kind, IReadOnlyDictionary<string, string> Details);
