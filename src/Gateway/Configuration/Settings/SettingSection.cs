using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Gateway.Configuration.Settings;

/// <summary>
/// The tree of settings as the framework's configuration, read-only. The framework's own looks through all keys for the children of
/// each section, which takes seconds with some thousand routes.
/// </summary>
internal sealed class SettingSection : IConfigurationSection
{
    private static readonly IChangeToken Never = new CancellationChangeToken(CancellationToken.None);
    private readonly SettingNode? _node;

    public SettingSection(SettingNode root)
        : this(root, "", "")
    {
    }

    private SettingSection(SettingNode? node, string key, string path) => (_node, Key, Path) = (node, key, path);

    public string Key { get; }

    public string Path { get; }

    public string? Value
    {
        get => _node?.Value;
        set => throw new NotSupportedException("Settings are read-only.");
    }

    public string? this[string key]
    {
        get => GetSection(key).Value;
        set => throw new NotSupportedException("Settings are read-only.");
    }

    public IConfigurationSection GetSection(string key)
    {
        string path = Path.Length == 0 ? key : $"{Path}:{key}";
        return new SettingSection(_node?.Find(key), key[(key.LastIndexOf(':') + 1)..], path);
    }

    public IEnumerable<IConfigurationSection> GetChildren() =>
        _node?.Children.Where(child => child.Kind is not SettingKind.Null).Select(child => new SettingSection(child, child.Key, child.Path)) ?? [];

    public IChangeToken GetReloadToken() => Never;
}
