using System.Collections;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;

namespace Gateway.Configuration.Reading;

/// <summary>
/// Reads settings into the records of the configuration by their shape: a property's name is the key, its type says what is
/// allowed, its initial value is the default. What cannot be read is a mistake, and reading goes on.
/// </summary>
internal sealed class RecordReader
{
    private readonly MistakeList _mistakes;

    public RecordReader(MistakeList mistakes) => _mistakes = mistakes;

    /// <summary>Reads a record; the defaults when <paramref name="node"/> is null.</summary>
    public T Read<T>(SettingNode? node)
        where T : class, new() => node is null ? new T() : (T?)ReadRecord(typeof(T), node) ?? new T();

    /// <summary>Reads a policy and names it; null when it holds a mistake.</summary>
    public T? ReadPolicy<T>(SettingNode node, string name)
        where T : Policy
    {
        int before = _mistakes.Errors;
        var policy = (T?)ReadRecord(typeof(T), node);
        return _mistakes.Errors == before && policy is not null ? policy with { Name = name } : null;
    }

    /// <summary>Reads a list; one value stands for a list of one. What cannot be read is left out, after a mistake.</summary>
    public IReadOnlyList<T> ReadList<T>(SettingNode node) => (T[])ReadList(typeof(T), node);

    /// <summary>Reads a list, a dictionary or a record; null after a mistake.</summary>
    public T? ReadValue<T>(SettingNode node)
        where T : class => (T?)ReadValue(typeof(T), node);

    /// <summary>Reads one value of a type that is written as text; null after a mistake.</summary>
    public object? ReadScalar(Type type, SettingNode node)
    {
        ScalarReader reader = ScalarReader.For(type)!;
        object? value = node.IsScalar ? reader.Read(node.Value!) : null;
        if (value is null)
        {
            string? nearest = node.IsScalar && !SecretSettings.Contains(node.Path, node.Value!) ? reader.Suggest(node.Value!) : null;
            _mistakes.Add(node, $"{node.Shown} is not valid", reader.Allowed, nearest);
        }

        return value;
    }

    private object? ReadRecord(Type type, SettingNode node)
    {
        if (node.Kind is not SettingKind.Object)
        {
            _mistakes.Add(node, $"{node.Shown} is not valid", $"an object with {UnknownKeys.List(RecordShape.Of(type).Keys.Select(key => key.Name))}");
            return null;
        }

        object record = Activator.CreateInstance(type)!;
        RecordShape shape = RecordShape.Of(type);
        foreach (SettingNode child in node.Children)
        {
            if (shape.Find(child.Key) is not { } key)
            {
                UnknownKeys.Report(child, shape.Keys.Select(known => known.Name), _mistakes);
            }
            else if (child.Kind is not SettingKind.Null && ReadValue(key.Type, child) is { } value)
            {
                key.Set(record, value);
            }
        }

        foreach (RecordKey missing in shape.Keys.Where(key => key.IsRequired && node.Child(key.Name) is null))
        {
            _mistakes.Add(node, $"\"{missing.Name}\" is missing", ScalarReader.For(missing.Type)?.Allowed);
        }

        return record;
    }

    private object? ReadValue(Type type, SettingNode node)
    {
        if (ScalarReader.Reads(type))
        {
            return ReadScalar(type, node);
        }

        if (ObjectReader.For(type) is { } objects)
        {
            return objects.Read(node, _mistakes);
        }

        if (RecordShape.IsRecord(type))
        {
            return ReadRecord(type, node);
        }

        Type generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return generic == typeof(IReadOnlyList<>) ? ReadList(type.GenericTypeArguments[0], node)
            : generic == typeof(IReadOnlyDictionary<,>) ? ReadDictionary(type.GenericTypeArguments[1], node)
            : throw new NotSupportedException($"The configuration reader does not know {type}.");
    }

    // One value stands for a list of one.
    private Array ReadList(Type type, SettingNode node)
    {
        IEnumerable<SettingNode> items = node.IsList ? node.Children : [node];
        object[] read = [.. items.Select(item => ReadValue(type, item)).OfType<object>()];
        var list = Array.CreateInstance(type, read.Length);
        read.CopyTo(list, 0);
        return list;
    }

    private IDictionary? ReadDictionary(Type type, SettingNode node)
    {
        if (node.Kind is not SettingKind.Object)
        {
            _mistakes.Add(node, $"{node.Shown} is not valid", "an object: names and their values");
            return null;
        }

        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type), StringComparer.OrdinalIgnoreCase)!;
        foreach (SettingNode child in node.Children.Where(child => child.Kind is not SettingKind.Null))
        {
            if (ReadValue(type, child) is { } value)
            {
                dictionary[child.Key] = value is Policy policy ? policy with { Name = child.Key } : value;
            }
        }

        return dictionary;
    }
}
