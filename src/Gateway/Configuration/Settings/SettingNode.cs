using System.Globalization;

namespace Gateway.Configuration.Settings;

/// <summary>
/// One setting in the tree of settings. Unlike the framework's flat configuration it tells <c>{}</c> from nothing, knows its
/// place, and keeps the order of the file. Changed only while layers are laid, read-only after.
/// </summary>
internal sealed class SettingNode
{
    private readonly OrderedDictionary<string, SettingNode> _children = new(StringComparer.OrdinalIgnoreCase);

    private SettingNode(string key, string path, SettingKind kind, string? value, SettingOrigin origin) =>
        (Key, Path, Kind, Value, Origin, KeyOrigin) = (key, path, kind, value, origin, origin);

    /// <summary>The last part of the path; an index from 0 inside an array.</summary>
    public string Key { get; }

    /// <summary>The parts from the root joined by <c>:</c>.</summary>
    public string Path { get; }

    public SettingKind Kind { get; private set; }

    /// <summary>The text of a scalar; null for the other kinds.</summary>
    public string? Value { get; private set; }

    /// <summary>Where the value is written.</summary>
    public SettingOrigin Origin { get; private set; }

    /// <summary>Where the key is first written; the place to point at when the key itself is wrong.</summary>
    public SettingOrigin KeyOrigin { get; }

    public IEnumerable<SettingNode> Children => _children.Values;

    public bool IsScalar => Kind is SettingKind.Text or SettingKind.Literal;

    /// <summary>An array, or an object of indexes as environment variables make one (<c>…__RateLimit__0</c>).</summary>
    public bool IsList => Kind is SettingKind.Array
        || (Kind is SettingKind.Object && _children.Count > 0 && _children.Keys.All(key => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _)));

    /// <summary>The value as a message shows it: quoted as in the file, secrets hidden.</summary>
    public string Shown => Kind switch
    {
        SettingKind.Object => "an object",
        SettingKind.Array => "an array",
        SettingKind.Null => "null",
        _ when SecretSettings.Contains(Path, Value!) => "the value (hidden)",
        SettingKind.Literal => Value!,
        _ => $"\"{Shorten(Value!)}\"",
    };

    public static SettingNode Root(SettingOrigin origin) => new("", "", SettingKind.Object, null, origin);

    /// <summary>The child of that name that is set; <see cref="SettingKind.Null"/> counts as not set.</summary>
    public SettingNode? Child(string key) => _children.TryGetValue(key, out SettingNode? child) && child.Kind != SettingKind.Null ? child : null;

    /// <summary>The setting at a path below this one, or null.</summary>
    public SettingNode? Find(string path)
    {
        SettingNode? node = this;
        foreach (string key in path.Split(':'))
        {
            node = node?.Child(key);
        }

        return node;
    }

    /// <summary>The setting at a path below this one, or the nearest above it that exists: the place to point at.</summary>
    public SettingNode Nearest(string path)
    {
        SettingNode node = this;
        foreach (string key in path.Split(':'))
        {
            if (node.Child(key) is not { } child)
            {
                return node;
            }

            node = child;
        }

        return node;
    }

    /// <summary>The child of that name, made if need be, whatever it holds.</summary>
    public SettingNode Ensure(string key, SettingOrigin origin)
    {
        if (!_children.TryGetValue(key, out SettingNode? child))
        {
            child = new SettingNode(key, Path.Length == 0 ? key : $"{Path}:{key}", SettingKind.Null, null, origin);
            _children.Add(key, child);
        }

        return child;
    }

    /// <summary>Replaces whatever was here.</summary>
    public void Become(SettingKind kind, string? value, SettingOrigin origin)
    {
        (Kind, Value, Origin) = (kind, value, origin);
        _children.Clear();
    }

    /// <summary>Becomes an object, unless it has children already.</summary>
    public void BecomeParent(SettingOrigin origin)
    {
        if (Kind is not (SettingKind.Object or SettingKind.Array))
        {
            Become(SettingKind.Object, null, origin);
        }
    }

    /// <summary>Lays <paramref name="later"/> over this: objects merge key by key, everything else replaces.</summary>
    public void Overlay(SettingNode later)
    {
        if (later.Kind is not SettingKind.Object || Kind is not SettingKind.Object)
        {
            Become(later.Kind, later.Value, later.Origin);
        }

        Origin = later.Origin;
        foreach (SettingNode child in later.Children)
        {
            Ensure(child.Key, child.Origin).Overlay(child);
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..79]}…";
}
