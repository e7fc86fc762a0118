using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Routes;

/// <summary>The parts of the <c>ReverseProxy</c> section, by their names; none when it is not written as names and settings.</summary>
internal static class ProxySection
{
    public const string Key = "ReverseProxy";

    public static IEnumerable<SettingNode> Routes(SettingNode root) => Named(root, "Routes");

    public static IEnumerable<SettingNode> Clusters(SettingNode root) => Named(root, "Clusters");

    private static IEnumerable<SettingNode> Named(SettingNode root, string kind) =>
        root.Find($"{Key}:{kind}") is { Kind: SettingKind.Object } named ? named.Children.Where(part => part.Kind is SettingKind.Object) : [];
}
