using System.Collections;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Routes;
using Gateway.Configuration.Rules;
using Gateway.Configuration.Settings;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Routing;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>
/// Reads the whole configuration anew: files, environment and command line into one tree; YARP's routes and clusters; policies;
/// rules; a snapshot. Keeps nothing between two loads.
/// </summary>
public sealed class SnapshotLoader
{
    private readonly SettingsLayers _layers;
    private readonly TimeProvider _time;

    /// <param name="options">The command line.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="currentDirectory">Where relative paths begin.</param>
    /// <param name="baseDirectory">Where the executable and its appsettings.json lie.</param>
    public SnapshotLoader(RunOptions options, IReadOnlyDictionary<string, string> environment, string currentDirectory, string baseDirectory, TimeProvider time) =>
        (_layers, _time) = (new SettingsLayers(options, environment, currentDirectory, baseDirectory), time);

    /// <summary>The file that is read and watched; null with <c>--to</c>.</summary>
    public RoutesFileLocation? RoutesFile => _layers.RoutesFile;

    /// <summary>A loader for this process: its environment variables, its current directory.</summary>
    public static SnapshotLoader ForProcess(RunOptions options, TimeProvider time)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        return new SnapshotLoader(options, environment, Environment.CurrentDirectory, AppContext.BaseDirectory, time);
    }

    /// <summary>Reads and checks everything. Never throws on what the files, variables or options hold.</summary>
    /// <param name="revision">The revision of the snapshot to make.</param>
    public async Task<LoadResult> LoadAsync(long revision, CancellationToken cancellation)
    {
        // Set up beside the reading, which it does not depend on: at start, that is a tenth of the time to the first answer.
        Task<YarpValidation> settingUp = Task.Run(static () => new YarpValidation(), CancellationToken.None);
        var mistakes = new MistakeList();
        SettingNode? root = await _layers.ReadAsync(mistakes, cancellation);
        await using YarpValidation yarp = await settingUp;
        ConfigDraft? draft = root is null ? null : await DraftAsync(root, yarp, mistakes);
        GatewaySnapshot? snapshot = draft is null || mistakes.Errors > 0 ? null : Complete(draft, revision);
        return new LoadResult(snapshot, mistakes.InOrder);
    }

    private static async Task<ConfigDraft> DraftAsync(SettingNode root, YarpValidation yarp, MistakeList mistakes)
    {
        var reader = new RecordReader(mistakes);
        GatewayOptions options = reader.Read<GatewayOptions>(root.Find("Gateway"));
        IProxyConfig proxy = YarpParser.Parse(root, mistakes);
        await yarp.CheckAsync(proxy, root, mistakes);

        var policyReader = new RoutePolicyReader(options, reader, mistakes);
        RoutePolicies[] policies = [.. ProxySection.Routes(root).Select(policyReader.Read)];

        var draft = new ConfigDraft(root, options, proxy, policies);
        foreach (IConfigRule rule in ConfigRules.All)
        {
            rule.Check(draft, mistakes);
        }

        return draft;
    }

    private GatewaySnapshot Complete(ConfigDraft draft, long revision)
    {
        Dictionary<string, string?> settings = FlatSettings.Of(draft.Root);
        Dictionary<string, RoutePolicies> read = draft.Policies.ToDictionary(route => route.RouteId, StringComparer.OrdinalIgnoreCase);
        RouteConfig[] routes = [.. draft.Proxy.Routes.Select(route => WithPolicies(route, read[route.RouteId], draft.Options))];
        return new GatewaySnapshot
        {
            Revision = revision,
            Fingerprint = SettingsFingerprint.Of(settings),
            LoadedAt = _time.GetUtcNow(),
            Options = draft.Options,
            Routes = routes,
            Clusters = draft.Proxy.Clusters,
            Policies = routes.ToDictionary(route => route.RouteId, route => ((PolicyRouteMetadata)route.Metadata!).Policies, StringComparer.OrdinalIgnoreCase),
            Settings = settings,
        };
    }

    private static RouteConfig WithPolicies(RouteConfig route, RoutePolicies policies, GatewayOptions options)
    {
        CorsOptions? cors = route.CorsPolicy is { } name ? options.Cors.GetValueOrDefault(name) : null;
        string fingerprint = EffectiveText.Fingerprint(EffectiveText.Of(policies) + (cors is null ? "" : EffectiveText.Of(cors)));
        return route with { Metadata = new PolicyRouteMetadata(policies with { Cors = cors?.ToPolicy(FieldsOf(policies)) }, fingerprint, route.Metadata) };
    }

    /// <summary>What scripts may read beside the policy's own: the fields that the route's limits write.</summary>
    private static IEnumerable<string> FieldsOf(RoutePolicies policies) =>
        policies.RateLimits.Any(limit => limit.Headers && !limit.Shadow) ? policies.RateLimitFields.Names : [];
}
