using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;

namespace Gateway.Configuration.Routes;

/// <summary>Reads the gateway's own keys of a route: <c>RateLimit</c>, <c>Cache</c>, <c>Session</c>, <c>Require</c>, <c>SessionIssue</c>, <c>SessionEnd</c>, <c>MaxRequestBody</c>, <c>InvalidatesTags</c>, <c>Deny</c>, <c>Allow</c>, <c>Priority</c>, <c>PassEncodedSlashes</c>.</summary>
internal sealed class RoutePolicyReader
{
    /// <summary>Opts a route out of a default.</summary>
    public const string None = "none";

    private readonly GatewayOptions _options;
    private readonly RecordReader _reader;
    private readonly MistakeList _mistakes;

    public RoutePolicyReader(GatewayOptions options, RecordReader reader, MistakeList mistakes) =>
        (_options, _reader, _mistakes) = (options, reader, mistakes);

    /// <summary>The keys that a route has beyond YARP's own.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["RateLimit", "Cache", "Session", "Require", "SessionIssue", "SessionEnd", "MaxRequestBody", "InvalidatesTags", "Deny", "Allow", "Priority", "PassEncodedSlashes"];

    public RoutePolicies Read(SettingNode route) => new()
    {
        RouteId = route.Key,
        RateLimits = ReadRateLimits(route),
        Cache = ReadOne("Cache", route, _options.Caches, _options.Defaults.Cache),
        Session = ReadOne("Session", route, _options.Sessions, _options.Defaults.Session),
        Require = ReadRequire(route),
        SessionIssue = ReadIssue(route),
        SessionEnd = ReadNamed(route.Child("SessionEnd")),
        MaxRequestBody = ReadMaxRequestBody(route),
        InvalidatesTags = route.Child("InvalidatesTags") is { } tags ? _reader.ReadList<string>(tags) : [],
        TrustedProxies = _options.TrustedProxies,
        Deny = [.. _options.Deny, .. ReadEntries(route, "Deny")],
        Allow = [.. _options.Allow, .. ReadEntries(route, "Allow")],
        RateLimitFields = _options.RateLimitFields,
        IsAdmissionLimited = _options.MaxConcurrentRequests is not null,
        Priority = route.Child("Priority") is { } priority && _reader.ReadScalar(typeof(int), priority) is int own ? own : 0,
        PassEncodedSlashes = route.Child("PassEncodedSlashes") is { } slashes && _reader.ReadScalar(typeof(bool), slashes) is true,
    };

    private IReadOnlyList<AccessEntry> ReadEntries(SettingNode route, string key) =>
        route.Child(key) is { } list ? _reader.ReadList<AccessEntry>(list) : [];

    private IReadOnlyDictionary<string, IReadOnlyList<string>> ReadRequire(SettingNode route) =>
        (route.Child("Require") is { } node ? _reader.ReadValue<IReadOnlyDictionary<string, IReadOnlyList<string>>>(node) : null)
        ?? new Dictionary<string, IReadOnlyList<string>>();

    private SessionIssuing? ReadIssue(SettingNode route)
    {
        SettingNode? node = route.Child("SessionIssue");
        SessionIssue? settings = node is null ? null : _reader.ReadValue<SessionIssue>(node);
        return ReadNamed(node?.Child("Policy")) is { } policy && settings?.From is not null ? new SessionIssuing(settings, policy) : null;
    }

    // Sessions that one route makes and others demand have a name.
    private SessionPolicy? ReadNamed(SettingNode? node)
    {
        SessionPolicy? policy = null;
        if (node is not null && !(node.IsScalar && _options.Sessions.TryGetValue(node.Value!, out policy)))
        {
            IEnumerable<string> known = _options.Sessions.Keys;
            string names = _options.Sessions.Count == 0 ? "a name, once Gateway:Sessions has one" : string.Join(", ", known.Select(name => $"\"{name}\""));
            _mistakes.Add(node, $"{node.Shown} is not a policy of Gateway:Sessions", names, node.IsScalar ? NearestName.Of(node.Value!, known) : null);
        }

        return policy;
    }

    // The gateway's own value is filled in, so that a request sees one of the same snapshot as its route.
    private long ReadMaxRequestBody(SettingNode route) =>
        route.Child("MaxRequestBody") is { } size && _reader.ReadScalar(typeof(ByteSize), size) is ByteSize own
            ? own.Bytes
            : _options.MaxRequestBody.Bytes;

    private RateLimitPolicy[] ReadRateLimits(SettingNode route)
    {
        if (route.Child("RateLimit") is not { } node)
        {
            return [.. _options.Defaults.RateLimit.Select(_options.RateLimits.GetValueOrDefault).OfType<RateLimitPolicy>()];
        }

        if (!node.IsList)
        {
            return ReadPolicy(node, route.Key, _options.RateLimits) is { } only ? [only] : [];
        }

        // The first keeps the route's id, so that turning one inline limit into several leaves its counters alone.
        IEnumerable<RateLimitPolicy?> several = node.Children.Select((item, index) =>
            ReadPolicy(item, index == 0 ? route.Key : $"{route.Key}.{index}", _options.RateLimits));
        return [.. several.OfType<RateLimitPolicy>()];
    }

    private T? ReadOne<T>(string key, SettingNode route, IReadOnlyDictionary<string, T> named, string? byDefault)
        where T : Policy =>
        route.Child(key) is { } node ? ReadPolicy(node, route.Key, named)
            : byDefault is null ? null
            : named.GetValueOrDefault(byDefault);

    private T? ReadPolicy<T>(SettingNode node, string inlineName, IReadOnlyDictionary<string, T> named)
        where T : Policy
    {
        if (node.Kind is SettingKind.Object)
        {
            return _reader.ReadPolicy<T>(node, inlineName);
        }

        if (node.IsScalar && named.TryGetValue(node.Value!, out T? policy))
        {
            return policy;
        }

        if (!node.IsScalar || !None.Equals(node.Value, StringComparison.OrdinalIgnoreCase))
        {
            PolicyNames.ReportUnknown(node, PolicyNames.SectionOf<T>(), named.Keys, _mistakes);
        }

        return null;
    }
}
